import ArgumentParser
import Calendar
import FoundationEssentials
import JSON
import MessageHandling
import SQS

/// `dlq show`: dead letters, whole.
struct ShowDeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show dead letters, with bodies and attributes.",
        discussion: """
            The first ten where --limit does not say otherwise. With --json each message is a \
            line as export writes it, with where it came from and why.

            \(DeadLettersCommand.lookEffects)
            """)

    /// So many fit a screen, or nearly.
    private static let shown = 10

    @Argument(help: "The queue: its name, URL or ARN.")
    var queue: String

    @OptionGroup
    var selection: SelectionOptions

    @Flag(help: "Print a JSON object per message.")
    var json = false

    @OptionGroup(title: "Service")
    var service: ServiceOptions

    func run() async throws {
        try await service.work(on: queue, for: "dlq") { connection, queue in
            let selection = try selection.selection()
            try await Interruption.watching { interruption in
                try await show(queue, selection, over: connection, until: interruption)
            }
        }
    }

    private func show(
        _ queue: Queue, _ selection: MessageSelection, over connection: QueueConnection,
        until interruption: Interruption
    ) async throws {
        let limit = self.selection.limit ?? Self.shown
        let facts = try await connection.facts(of: queue)
        let expected = selection.takesAll ? min(facts.visible, limit) : facts.visible
        var scanner = QueueScanner(
            service: connection.service, queue: queue,
            visibilityTimeout: Scan.visibilityTimeout(forLookingAt: expected),
            scan: Scan(expected: expected, endsWithExpected: true))
        var count = 0
        while count < limit, !scanner.scan.isOver, !interruption.isRequested {
            let most = selection.takesAll ? min(10, limit - count) : 10
            for message in try await scanner.receive(most).new
            where selection.takes(message) && count < limit {
                count += 1
                Terminal.line(json ? Self.json(message) : Self.text(message, number: count))
            }
        }
        let looked = scanner.scan.count
        await scanner.release()
        guard !json else { return }
        Terminal.line(
            "Shown \(count) of \(facts.counts) in \(queue.name)"
                + (selection.takesAll ? "." : ", of \(looked) looked at."), to: .error)
    }

    private static func json(_ message: Message) -> String {
        var json = JSONWriter()
        ArchivedMessage.write(message, origin: DeadLetterOrigin(message), to: &json)
        return json.text
    }

    private static func text(_ message: Message, number: Int) -> String {
        let origin = DeadLetterOrigin(message)
        var head = "\(number). \(message.id), receive \(message.receiveCount)"
        if let sent = message.sentTimestamp {
            head += ", sent \(CivilTime(milliseconds: sent).iso8601)"
        }
        if let group = message.messageGroupID { head += ", group \(group)" }
        var lines = [head]
        if let queue = origin.queue {
            let id = origin.messageID.map { ", as \($0)" } ?? ""
            lines.append("   from \(queue.queueName)\(id == ", as \(message.id)" ? "" : id)")
        }
        if let reason = origin.reason {
            lines.append(
                "   "
                    + [origin.handler, reason, origin.quote].compactMap(\.self)
                    .joined(separator: ": "))
        }
        for (name, attribute) in message.attributes.sorted(by: { $0.key < $1.key }) {
            let value =
                switch attribute.value {
                case .text(let text): text
                case .binary(let bytes): Data(bytes).base64EncodedString()
                }
            lines.append("   \(name) (\(attribute.dataType)): \(value)")
        }
        return (lines.map(PrintableText.of) + [PrintableText.of(message.body), ""])
            .joined(separator: "\n")
    }
}
