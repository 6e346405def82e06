import ArgumentParser
import Daemon
import JSON
import MessageHandling
import SQS

/// `dlq purge`: deletes all messages of a queue.
struct PurgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Delete all messages of a queue, for good.",
        discussion: """
            Asks first; in a script say --yes. Also deletes what is in flight. The service takes \
            up to a minute, in which messages that arrive may be deleted too, and allows one \
            purge a minute. "dlq export" saves the messages before.
            """)

    @Argument(help: "The queue: its name, URL or ARN.")
    var queue: String

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Say what would be deleted, and delete nothing.")
    var dryRun = false

    @Flag(help: "Print a JSON object with what was there.")
    var json = false

    @OptionGroup(title: "Service")
    var service: ServiceOptions

    func run() async throws {
        guard yes || dryRun || Terminal.isInputInteractive else {
            throw ValidationError(
                "purge asks before it deletes, and standard input is no terminal: say --yes.")
        }
        try await service.work(on: queue, for: "dlq") { connection, queue in
            let facts = try await connection.facts(of: queue)
            if dryRun { return tell(facts, of: queue) }
            if !yes {
                Terminal.write(
                    "Delete all of \(queue.name) for good (\(facts.counts))? Type yes: ",
                    to: .error)
                guard readLine() == "yes" else {
                    Terminal.line("Nothing was deleted.", to: .error)
                    throw ExitCode.failure
                }
            }
            try await connection.service.purge(queue.url)
            tell(facts, of: queue)
        }
    }

    private func tell(_ facts: QueueFacts, of queue: Queue) {
        guard json else {
            return Terminal.line(
                dryRun
                    ? "Would delete all of \(queue.name): \(facts.counts)."
                    : "Purged \(queue.name), which had \(facts.counts).")
        }
        var json = JSONWriter(isSpaced: true)
        json.object { json in
            json.member("queue", queue.name)
            json.name("dryRun")
            json.boolean(dryRun)
            json.member("purged", facts.total)
        }
        Terminal.line(json.text)
    }
}
