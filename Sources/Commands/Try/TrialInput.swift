import ArgumentParser
import Daemon
import MessageHandling

/// The options that say which message a handler is tried on.
struct TrialInput: ParsableArguments {
    /// What was given, read already.
    enum Given {
        case message(Message, source: String)
        case waiting
    }

    @Option(
        help: ArgumentHelp(
            "A file with the message in JSON; '-' is standard input.", valueName: "file"))
    var message: String?

    @Option(help: "The body. Without it, --message and --from-queue: all of standard input.")
    var body: String?

    @OptionGroup
    var attributes: AttributeOptions

    @Option(help: "The message group.")
    var group: String?

    @Flag(
        name: .customLong("from-queue"),
        help: """
            Take a copy of a message that waits in the queue: receive it, and release it at once. \
            Its receive count is one higher then.
            """)
    var isFromQueue = false

    func validate() throws {
        let sources = [message != nil, body != nil, isFromQueue].count(where: \.self)
        guard sources <= 1 else {
            throw ValidationError("Give one message: --message, --body or --from-queue.")
        }
        if isFromQueue, !attributes.all.isEmpty || group != nil {
            throw ValidationError("--from-queue takes a message as it is, with its attributes.")
        }
    }

    func read() throws(CommandFailure) -> Given {
        if isFromQueue { return .waiting }
        if let message {
            let messages = try MessageDocument.messages(in: message)
            guard messages.count == 1, let only = messages.first else {
                throw InputFile.invalid(
                    message, "there are \(messages.count) messages in it; give one")
            }
            return .message(
                try completed(only), source: message == "-" ? "standard input" : message)
        }
        if body == nil, Terminal.isInputInteractive {
            Terminal.line("The body, then Ctrl-D:", to: .error)
        }
        let text = if let body { body } else { try InputFile.text("-") }
        let plain = Message(
            id: "", receiptHandle: "", body: text, queue: Queue(name: "", url: ""))
        return .message(try completed(plain), source: body == nil ? "standard input" : "--body")
    }

    private func completed(_ message: Message) throws(CommandFailure) -> Message {
        let all = message.attributes.merging(attributes.byName) { _, new in new }
        guard all.count <= PublishDefaults.maximumAttributes else {
            throw CommandFailure(
                .invalidData,
                "the message has \(all.count) attributes; SQS takes at most ten, so that no queue "
                    + "delivers it")
        }
        var system = message.systemAttributes
        if let group { system["MessageGroupId"] = group }
        return Message(
            id: message.id, receiptHandle: message.receiptHandle, body: message.body,
            attributes: all, systemAttributes: system, queue: message.queue)
    }
}
