import ArgumentParser
import HTTP

/// The queues that a command is about.
struct QueueArguments: ParsableArguments {
    @Argument(help: ArgumentHelp("The queue: its name, URL or ARN.", valueName: "queue"))
    var queues: [String] = []

    @Flag(help: "Every queue of the daemon.")
    var all = false

    func validate() throws {
        if queues.isEmpty != all { throw ValidationError("Name a queue, or say --all.") }
    }

    /// The query of a request about them.
    var query: String {
        guard !all else { return "all=true" }
        return queues.map {
            "queue=" + String(percentEncoding: $0, keeping: isAlphanumeric)
        }.joined(separator: "&")
    }
}

struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Have the running daemon take no more messages from a queue.",
        discussion: """
            What runs finishes, and what waits is made visible again for other hosts: no message \
            is lost. A reload leaves it paused; a restart does not, unless with --persist, which \
            keeps it in the state directory until it is resumed.

            EXAMPLES
              sqs-subscriber pause orders
              sqs-subscriber resume --all
            """)

    @OptionGroup
    var queues: QueueArguments

    @Flag(help: "Over a restart, too.")
    var persist = false

    @OptionGroup
    var control: ControlOptions

    func run() async throws {
        let query = queues.query + (persist ? "&persist=true" : "")
        try await control.ask("POST", "/pause?\(query)") { answer in
            for name in try answer.checked().texts("queues") {
                Terminal.line("\(name) is paused: what runs finishes")
            }
        }
    }
}

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Have the running daemon serve a queue again that was paused.")

    @OptionGroup
    var queues: QueueArguments

    @OptionGroup
    var control: ControlOptions

    func run() async throws {
        try await control.ask("POST", "/resume?\(queues.query)") { answer in
            for name in try answer.checked().texts("queues") {
                Terminal.line("\(name) is served")
            }
        }
    }
}
