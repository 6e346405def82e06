import ArgumentParser
import Daemon
import JSON
import MessageHandling
import SQS

/// `queues`: what queues there are, and what they are like.
struct QueuesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queues",
        abstract: "List the queues of the account, or show one.",
        discussion: "Nothing is received or changed.",
        subcommands: [ListQueuesCommand.self, ShowQueueCommand.self])
}

/// `queues list`
struct ListQueuesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the queues with their counts and dead-letter queues.",
        discussion: """
            Those of the account in the region. Asks the service once for every thousand queues, \
            and once for each.
            """)

    @Option(help: ArgumentHelp("Only queues whose names begin so.", valueName: "text"))
    var prefix: String = ""

    @Flag(help: "Print a JSON object per queue.")
    var json = false

    @OptionGroup(title: "Service")
    var service: ServiceOptions

    func run() async throws {
        try await service.work(for: "queues") { connection in
            var table = TextTable(["QUEUE", "VISIBLE", "IN FLIGHT", "DELAYED", "DEAD LETTERS TO"])
            let queues = try await connection.queues(prefix: prefix)
            for queue in queues {
                let facts = try await connection.facts(of: queue)
                if json {
                    Terminal.line(Self.json(queue, facts))
                    continue
                }
                table.add([
                    queue.name, String(facts.visible), String(facts.inFlight),
                    String(facts.delayed), facts.redrivePolicy?.targetARN.queueName ?? "",
                ])
            }
            if json { return }
            Terminal.line(queues.isEmpty ? "There is no such queue." : table.text)
        }
    }

    private static func json(_ queue: Queue, _ facts: QueueFacts) -> String {
        var json = JSONWriter(isSpaced: true)
        json.object { json in
            json.member("queue", queue.name)
            json.member("url", queue.url)
            if let arn = facts.arn { json.member("arn", arn) }
            json.member("visible", facts.visible)
            json.member("inFlight", facts.inFlight)
            json.member("delayed", facts.delayed)
            if let policy = facts.redrivePolicy {
                json.member("deadLetterTargetArn", policy.targetARN)
            }
        }
        return json.text
    }
}

/// `queues show`
struct ShowQueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a queue: its counts and attributes, its dead-letter queue, who feeds it.")

    @Argument(help: "The queue: its name, URL or ARN.")
    var queue: String

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup(title: "Service")
    var service: ServiceOptions

    func run() async throws {
        try await service.work(on: queue, for: "queues") { connection, queue in
            let facts = try await connection.facts(of: queue)
            let feeders = try await DeadLetterSources.find(of: queue, over: connection)
                .map(\.name).sorted()
            Terminal.line(
                json ? Self.json(queue, facts, feeders) : Self.text(queue, facts, feeders))
        }
    }

    private static func text(_ queue: Queue, _ facts: QueueFacts, _ feeders: [String]) -> String {
        var lines = ["\(queue.name): \(facts.counts)", queue.url]
        if let policy = facts.redrivePolicy {
            let after = policy.maximumReceives.map { " after \($0.counted("receive"))" } ?? ""
            lines.append("dead letters go to \(policy.targetARN.queueName)\(after)")
        } else {
            lines.append("no redrive policy: what always fails comes back until it expires")
        }
        if !feeders.isEmpty {
            lines.append("dead-letter queue of \(feeders.joined(separator: ", "))")
        }
        var table = TextTable(["ATTRIBUTE", "VALUE"])
        for (name, value) in facts.attributes.sorted(by: { $0.key < $1.key }) {
            table.add([name, value])
        }
        return (lines + ["", table.text]).joined(separator: "\n")
    }

    private static func json(_ queue: Queue, _ facts: QueueFacts, _ feeders: [String]) -> String {
        var json = JSONWriter(isSpaced: true)
        json.object { json in
            json.member("queue", queue.name)
            json.member("url", queue.url)
            if let policy = facts.redrivePolicy {
                json.member("deadLetterQueue", policy.targetARN.queueName)
            }
            json.member("deadLetterQueueOf", feeders)
            json.member("attributes", facts.attributes)
        }
        return json.text
    }
}
