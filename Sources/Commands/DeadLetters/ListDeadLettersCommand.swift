import AWS
import ArgumentParser
import Calendar
import Daemon
import FoundationEssentials
import JSON
import Logging
import MessageHandling
import SQS
import SubscriberConfiguration

/// `dlq list`: how many dead letters there are, since when, and why.
struct ListDeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Say how many dead letters there are, since when, and why.",
        discussion: """
            Without a queue: of all dead-letter queues of the configuration, those that \
            dead_letter_queue names and those of the queues' redrive policies. The oldest and the \
            reasons are those of the first 100 messages of a queue.

            \(DeadLettersCommand.lookEffects) With --counts-only nothing is received.
            """)

    /// Ten receives: enough to see why, and soon done.
    private static let looked = 100
    private static let reasonsShown = 5

    @Argument(help: "The dead-letter queue: its name, URL or ARN.")
    var queue: String?

    @Flag(help: "Ask the service for the counts only, and receive nothing.")
    var countsOnly = false

    @Flag(help: "Print a JSON object per queue.")
    var json = false

    @OptionGroup(title: "Service")
    var service: ServiceOptions

    func run() async throws {
        guard let queue else { return try await listConfigured() }
        try await service.work(on: queue, for: "dlq") { connection, queue in
            try await list(queue, fedBy: [], over: connection)
        }
    }

    private func listConfigured() async throws {
        let loaded: Configuration
        do {
            loaded = try ServiceFlags.load(
                ServiceFlags.loader(
                    directory: service.directory, overrides: service.flags.overrides, queues: []))
        } catch {
            Terminal.line("Or name a queue: dlq list QUEUE", to: .error)
            throw error
        }
        let any = loaded.subscriptions.first?.queue.text ?? ServiceOptions.anyQueue
        try await service.work(for: "dlq", queue: any) { connection in
            var (found, missing) = try await deadLetterQueues(of: loaded, over: connection)
            found.sort { $0.queue.name < $1.queue.name }
            for (queue, sources) in found {
                try await list(queue, fedBy: sources, over: connection)
            }
            for error in missing { Terminal.line("Error: \(error)", to: .error) }
            if !missing.isEmpty { throw ExitCode(ExitStatus.inputMissing.rawValue) }
            if found.isEmpty {
                Terminal.line(
                    "No dead-letter queue: no queue of the configuration has a redrive policy or "
                        + "dead_letter_queue.", to: .error)
            }
        }
    }

    /// A dead-letter queue with the names of the queues that feed it.
    private typealias Found = (queue: Queue, sources: [String])

    /// - Returns: also what does not exist; the others are listed all the same.
    private func deadLetterQueues(
        of loaded: Configuration, over connection: QueueConnection
    ) async throws -> ([Found], missing: [SQSError]) {
        var found: [String: Found] = [:]
        var missing: [SQSError] = []
        for subscription in loaded.subscriptions {
            do throws(SQSError) {
                let source = try await connection.locate(subscription.queue)
                let policy = try await connection.facts(of: source).redrivePolicy
                let target = policy.flatMap { try? QueueReference($0.targetARN) }
                for case let reference? in [subscription.deadLetterQueue, target] {
                    let queue = try await connection.locate(reference)
                    var sources = found[queue.url]?.sources ?? []
                    if !sources.contains(source.name) { sources.append(source.name) }
                    found[queue.url] = (queue, sources)
                }
            } catch {
                guard error.kind == .missing else { throw error }
                missing.append(error)
            }
        }
        return (Array(found.values), missing)
    }

    private func list(
        _ queue: Queue, fedBy sources: [String], over connection: QueueConnection
    ) async throws {
        let facts = try await connection.facts(of: queue)
        var summary = DeadLetterSummary()
        if !countsOnly {
            var scanner = QueueScanner(
                service: connection.service, queue: queue,
                visibilityTimeout: Scan.visibilityTimeout(forLookingAt: Self.looked),
                scan: Scan(
                    expected: min(facts.visible, Self.looked), endsWithExpected: true))
            while !scanner.scan.isOver {
                for message in try await scanner.receive().new { summary.add(message) }
            }
            await scanner.release()
        }
        Terminal.line(
            json
                ? Self.json(queue, facts, summary, sources: sources)
                : Self.text(queue, facts, summary, sources: sources))
    }

    private static func text(
        _ queue: Queue, _ facts: QueueFacts, _ summary: DeadLetterSummary, sources: [String]
    ) -> String {
        var line = "\(queue.name): \(facts.counts)"
        if let oldest = summary.oldest {
            let sent = Date(timeIntervalSince1970: Double(oldest) / 1_000)
            let age = Duration.seconds(max(0, Date().timeIntervalSince(sent).rounded()))
            line += ", the oldest sent \(age == .zero ? "just now" : age.readable + " ago")"
        }
        if !sources.isEmpty { line += "; of \(sources.joined(separator: ", "))" }
        var lines = [line]
        let reasons = summary.reasons
        for (reason, count) in reasons.prefix(reasonsShown) {
            lines.append("  \(count) × \(PrintableText.of(reason))")
        }
        if reasons.count > reasonsShown {
            let rest = reasons.dropFirst(reasonsShown).reduce(0) { $0 + $1.count }
            lines.append("  \(rest) × other reasons")
        }
        if summary.looked > 0, summary.looked < facts.visible {
            lines.append("  (of \(summary.looked) looked at)")
        }
        return lines.joined(separator: "\n")
    }

    private static func json(
        _ queue: Queue, _ facts: QueueFacts, _ summary: DeadLetterSummary, sources: [String]
    ) -> String {
        var json = JSONWriter(isSpaced: true)
        json.object { json in
            json.member("queue", queue.name)
            json.member("url", queue.url)
            json.member("visible", facts.visible)
            json.member("inFlight", facts.inFlight)
            json.member("delayed", facts.delayed)
            json.member("sources", sources)
            json.member("looked", summary.looked)
            if let oldest = summary.oldest { json.member("oldestSentTimestamp", Int(oldest)) }
            json.name("reasons")
            json.array { json in
                for (reason, count) in summary.reasons {
                    json.object { json in
                        json.member("reason", reason)
                        json.member("count", count)
                    }
                }
            }
        }
        return json.text
    }
}
