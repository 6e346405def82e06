import AWS
import ArgumentParser
import Daemon
import MessageHandling
import SQS

/// `dlq redrive`: moves dead letters back, or elsewhere.
struct RedriveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive",
        abstract: "Move dead letters back to where they came from, or to another queue.",
        discussion: """
            Each goes back to the queue that it came from: the one whose redrive policy moved it, \
            the one that a handler of the daemon rejected it in, or the only one that this queue \
            is the dead-letter queue of. What a message says of itself counts where it names a \
            queue that has this one in its redrive policy, or as dead_letter_queue in the \
            configuration. With --to all go to one queue.

            Where all are meant the service moves them by itself (StartMessageMoveTask), if it \
            can. With --match or --limit, and where it cannot, each message is copied to its \
            queue, with body, attributes, trace header and message group, and deleted when that \
            has taken the copy. Cut at any moment, by Ctrl-C, kill -9 or the network, every \
            message is in one of the two queues; the last few may be in both. A FIFO queue drops \
            such a second copy when the redrive is repeated within five minutes.

            What is not meant is received, hidden for half a minute or longer where there are \
            many, and given back in the end; its receive count rises by one. Of a FIFO queue only \
            the first messages of each group can be looked at while those before them stay. \
            --dry-run does the same with all, and moves none.

            Exits with 1 when messages are left: without a queue to go to, not taken, held by \
            another receiver, behind others of their groups, or since somebody stopped the \
            service's move.
            """)

    @Argument(help: "The dead-letter queue: its name, URL or ARN.")
    var queue: String

    @Option(
        help: ArgumentHelp(
            "Move all to this queue: its name, URL or ARN.", valueName: "queue"))
    var to: String?

    @OptionGroup
    var selection: SelectionOptions

    @Option(help: "Move no more than this many messages a second, 1 to 500.")
    var rate: Int?

    @Flag(help: "Say what would be moved where, and move nothing.")
    var dryRun = false

    @OptionGroup
    var hiding: HidingOptions

    @Flag(help: "Print a JSON object with what was done.")
    var json = false

    @OptionGroup(title: "Service")
    var service: ServiceOptions

    /// What a message move task allows. Source: the StartMessageMoveTask API reference.
    private static let rates = 1...500
    /// The service's counts lag behind what was done: what is still counted after so many looks is
    /// believed.
    private static let countLooks = 4
    private static let countPause = Duration.milliseconds(500)

    func validate() throws {
        if let rate, !Self.rates.contains(rate) {
            throw ValidationError("--rate \(rate): give 1 to 500 messages a second.")
        }
        if to == queue { throw ValidationError("--to \(queue): that is the queue itself.") }
    }

    func run() async throws {
        try await service.work(on: queue, for: "dlq") { connection, source in
            try await Interruption.watching { interruption in
                try await redrive(source, over: connection, until: interruption)
            }
        }
    }

    private func redrive(
        _ source: Queue, over connection: QueueConnection, until interruption: Interruption
    ) async throws {
        let selection = try selection.selection()
        let target = try await target(over: connection)
        guard target?.url != source.url else {
            throw CommandFailure(.configuration, "--to names \(source.name) itself")
        }
        let facts = try await connection.facts(of: source)
        var report = RedriveReport()
        if selection.takesAll, self.selection.limit == nil, !dryRun, let arn = facts.arn {
            let task = MoveTaskRun(
                service: connection.service, sourceARN: arn,
                destinationARN: try await arnOf(target, over: connection), rate: rate,
                interruption: interruption)
            let ending = try await task.toTheEnd()
            report.movedByService = ending.moved
            guard let reason = ending.copiesBecause, !interruption.isRequested else {
                report.isCancelled = ending.isCancelled
                if !interruption.isRequested, !ending.isCancelled {
                    try await count(whatIsLeftOf: source, in: &report, over: connection)
                }
                return try tell(report, of: source, wasCut: interruption.isRequested)
            }
            if ending.moved > 0 {
                Terminal.line("Copying the rest: \(PrintableText.of(reason))", to: .error)
            }
        }
        var run = try copying(
            from: source, facts, selection, over: connection, until: interruption, to: target)
        do {
            try await run.toTheEnd()
        } catch {
            Terminal.line(shown(run.report.adding(report), of: source))
            throw error
        }
        report = run.report.adding(report)
        if self.selection.limit == nil, !dryRun, !interruption.isRequested {
            try await count(whatIsLeftOf: source, in: &report, over: connection)
        }
        try tell(report, of: source, wasCut: interruption.isRequested)
    }

    private func copying(
        from source: Queue, _ facts: QueueFacts, _ selection: MessageSelection,
        over connection: QueueConnection, until interruption: Interruption, to target: Queue?
    ) throws -> RedriveRun {
        // Only what is given back has to stay hidden until the end.
        let held = selection.takesAll && !dryRun ? 0 : facts.visible
        let scanner = QueueScanner(
            service: connection.service, queue: source,
            visibilityTimeout: try hiding.time(forLookingAt: held),
            scan: Scan(expected: facts.visible, endsWithExpected: dryRun))
        return RedriveRun(
            RedriveRun.Settings(
                selection: selection, limit: self.selection.limit, rate: rate, isDryRun: dryRun),
            scanner: scanner, expected: min(facts.visible, self.selection.limit ?? .max),
            destinations: Destinations(
                from: source, to: target, configured: service.subscriptions(), over: connection),
            interruption: interruption)
    }

    private func target(over connection: QueueConnection) async throws -> Queue? {
        guard let to else { return nil }
        let reference: QueueReference
        do {
            reference = try QueueReference(to)
        } catch {
            throw CommandFailure(.configuration, "--to “\(to)” \(error.problem)")
        }
        return try await connection.locate(reference)
    }

    private func arnOf(
        _ queue: Queue?, over connection: QueueConnection
    ) async throws -> String? {
        guard let queue else { return nil }
        return try await connection.facts(of: queue).arn
    }

    /// What somebody else holds, and what is behind others of its group.
    private func count(
        whatIsLeftOf source: Queue, in report: inout RedriveReport,
        over connection: QueueConnection
    ) async throws {
        let known = report.unmatched + report.cameBack + report.failed + report.undeleted
        let homeless = report.homeless.values.reduce(0, +)
        for look in 1...Self.countLooks {
            let facts = try await connection.facts(of: source)
            report.inFlight = facts.inFlight
            if source.isFIFO { report.hidden = max(0, facts.visible - known - homeless) }
            guard report.inFlight + report.hidden > 0, look < Self.countLooks else { return }
            try await Task.sleep(for: Self.countPause)
        }
    }

    private func shown(_ report: RedriveReport, of source: Queue) -> String {
        json
            ? report.json(from: source.name, isDryRun: dryRun)
            : report.text(from: source.name, isDryRun: dryRun)
    }

    private func tell(
        _ report: RedriveReport, of source: Queue, wasCut: Bool
    ) throws {
        Terminal.line(shown(report, of: source))
        if wasCut { throw ExitCode(ExitStatus.temporary.rawValue) }
        if !report.isComplete { throw ExitCode.failure }
    }
}
