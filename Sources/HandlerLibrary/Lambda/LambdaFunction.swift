private import FoundationEssentials
internal import Logging
internal import MessageHandling

/// Carries out what a ``FunctionScheduler`` decides: starts and ends processes, hands them batches,
/// and lets everyone who waits for a message know what became of it. Decides nothing.
actor LambdaFunction {
    /// A message that waits for its invocation, or is in one.
    struct Item: Sendable {
        let message: Message
        let source: EventSource
        /// The message in the event, JSON.
        let record: [UInt8]
        let context: HandlerContext
    }

    private struct Waiting {
        let item: Item
        let submission: Submission
        let place: Int
    }

    private struct Running {
        let process: FunctionProcess
        let task: Task<Void, Never>
        var batch: [MessageKey] = []
        /// It was told to end.
        var isEnding = false
    }

    /// How many messages of a batch are named with each line that the function prints: as many as
    /// a batch of Lambda's without a window, and some. By the request's id all are found.
    private static let mostNamed = 16

    private let settings: LambdaSettings
    private let dependencies: LambdaDependencies
    private let clock = FunctionClock()
    private var scheduler: FunctionScheduler
    private var waiting: [MessageKey: Waiting] = [:]
    private var running: [ProcessID: Running] = [:]
    /// The queue of the messages; known with the first.
    private var source: EventSource?
    private var checks: [MessageKey: CheckedContinuation<String?, Never>] = [:]
    /// The last that a process printed before its end, if it printed something.
    private var lastWords: String?
    private var alarm: (at: Duration, task: Task<Void, Never>)?
    private var endWaiters: [CheckedContinuation<Void, Never>] = []

    init(_ settings: LambdaSettings, _ dependencies: LambdaDependencies) {
        self.settings = settings
        self.dependencies = dependencies
        scheduler = FunctionScheduler(settings)
    }

    /// Messages that go into one event, in their order. Returns when it is settled what becomes of
    /// each.
    func submit(_ items: [Item], _ keys: [MessageKey]) async -> [Finding] {
        await withCheckedContinuation { continuation in
            let submission = Submission(items.count, continuation)
            for (place, (item, key)) in zip(items, keys).enumerated() {
                waiting[key] = Waiting(item: item, submission: submission, place: place)
                source = item.source
            }
            turn(.arrived(keys, bytes: items.map(\.record.count)))
            // The cancellation may have come before the messages were known here.
            if Task.isCancelled { for key in keys { cancel(key) } }
        }
    }

    /// Cancels a message; has to be called again when the deadline of the cancellation was set
    /// since.
    func cancel(_ key: MessageKey) {
        guard let item = waiting[key]?.item else { return }
        let moment = item.context.cancellationDeadline.moment
        turn(.cancelled(key, endBy: moment.map { clock.moment(of: $0) }))
        for (id, process) in running where process.isEnding && process.batch.contains(key) {
            hurry(id)
        }
    }

    /// Asks a process of the function, which is started where there is none, to come as far as to
    /// ask for an invocation.
    ///
    /// - Parameter source: names the region that processes are told, where no message has yet.
    /// - Returns: what keeps the function from working, or `nil`.
    func check(_ key: MessageKey, _ source: EventSource) async -> String? {
        self.source = self.source ?? source
        return await withCheckedContinuation { continuation in
            checks[key] = continuation
            turn(.asked(key))
            if Task.isCancelled { cancelCheck(key) }
        }
    }

    func cancelCheck(_ key: MessageKey) {
        guard let continuation = checks.removeValue(forKey: key) else { return }
        continuation.resume(returning: nil)
        turn(.askerLeft(key))
    }

    func note(isFull: Bool) {
        turn(.full(isFull))
    }

    func retire() {
        turn(.retire)
    }

    func shutDown() async {
        turn(.shutDown)
        guard !scheduler.isOver else { return }
        await withCheckedContinuation { endWaiters.append($0) }
    }

    private func turn(_ event: FunctionScheduler.Event) {
        for effect in scheduler.handle(event, at: clock.now) { perform(effect) }
        if scheduler.isOver {
            for waiter in endWaiters { waiter.resume() }
            endWaiters = []
        }
        setAlarm()
    }

    private func perform(_ effect: FunctionScheduler.Effect) {
        switch effect {
        case .start(let id): start(id)
        case .invoke(let id, let batch): invoke(id, batch)
        case .end(let id):
            running[id]?.isEnding = true
            hurry(id)
            running[id]?.task.cancel()
        case .settle(let key, let finding): settle(key, finding)
        case .answer(let key, let reason):
            checks.removeValue(forKey: key)?.resume(returning: reason.map(withLastWords))
        case .warn(let reason):
            logger.warning("a process of the function is gone: \(withLastWords(reason))")
        }
    }

    private func settle(_ key: MessageKey, _ finding: Finding) {
        guard let one = waiting.removeValue(forKey: key) else { return }
        guard case .unavailable(let reason) = finding.result else {
            return one.submission.settle(finding, at: one.place)
        }
        one.item.context.notes.change { [lastWords] in $0.output = lastWords }
        one.submission.settle(.unavailable(withLastWords(reason)), at: one.place)
    }

    /// One that is set for an earlier moment stays: it only looks sooner than it must.
    private func setAlarm() {
        guard let next = scheduler.nextWake else {
            alarm?.task.cancel()
            alarm = nil
            return
        }
        if let alarm, alarm.at <= next { return }
        alarm?.task.cancel()
        let task = Task { [clock] in
            do {
                try await clock.sleep(until: next)
                self.alarmWent(next)
            } catch {
                // Replaced by another moment.
            }
        }
        alarm = (next, task)
    }

    private func alarmWent(_ moment: Duration) {
        if alarm?.at == moment { alarm = nil }
        turn(.timePassed)
    }
}

// Processes.
extension LambdaFunction {
    private func start(_ id: ProcessID) {
        guard let source else { return }
        let plan = FunctionProcess.Plan(
            settings: settings, source: source,
            credentials: settings.passesCredentials ? dependencies.credentials : nil,
            clock: clock, logger: logger)
        let process = FunctionProcess(plan) { [self] news in await take(news, of: id) }
        running[id] = Running(process: process, task: Task { await process.run() })
    }

    private func withLastWords(_ reason: String) -> String {
        let words = lastWords.flatMap { LastWords.line(of: $0, besides: reason) }
        return words.map { "\(reason). The last of its output: \($0)" } ?? reason
    }

    /// A process that ends must be gone before another host has any of its messages.
    private func hurry(_ id: ProcessID) {
        let batch = running[id]?.batch ?? []
        let moments = batch.compactMap { waiting[$0]?.item.context.cancellationDeadline.moment }
        if let earliest = moments.min() { running[id]?.process.deadline.set(earliest) }
    }

    private func take(_ news: FunctionProcess.News, of id: ProcessID) {
        switch news {
        case .ready(let staleAt): turn(.ready(id, staleAt: staleAt))
        case .answered(let answer, let output):
            turn(.answered(id, findings(of: answer, output, from: id)))
        case .failedToStart(let reason): turn(.failedToStart(id, reason))
        case .ended(let text, let output):
            lastWords = output
            note(output, of: running.removeValue(forKey: id)?.batch ?? [])
            turn(.ended(id, text, fraction: Double.random(in: 0...1)))
        }
    }

    private func findings(
        of answer: FunctionAnswer, _ output: String?, from id: ProcessID
    ) -> [Finding] {
        let batch = running[id]?.batch ?? []
        running[id]?.batch = []
        let findings = LambdaOutcome.findings(
            of: answer, ids: batch.map { waiting[$0]?.item.message.id ?? "" },
            reportsFailures: settings.reportsBatchItemFailures)
        let failed = zip(batch, findings).filter { $0.1.reason != nil }.map(\.0)
        note(output ?? answer.stack, of: failed)
        return findings
    }

    private func note(_ output: String?, of batch: [MessageKey]) {
        for key in batch { waiting[key]?.item.context.notes.change { $0.output = output } }
    }

    private func invoke(_ id: ProcessID, _ batch: [MessageKey]) {
        let items = batch.compactMap { waiting[$0]?.item }
        guard let first = items.first else { return }
        running[id]?.batch = batch
        let now = Date().timeIntervalSince1970
        let (seconds, attoseconds) = settings.timeout.components
        let trace = items.count == 1 ? first.message.traceHeader : nil
        let kept = trace.flatMap { $0.utf8.count <= TraceID.maximum ? HeaderText.value($0) : nil }
        let invocation = Invocation(
            requestID: UUID().uuidString.lowercased(),
            deadline: Int64(now * 1_000) + seconds * 1_000 + attoseconds / 1_000_000_000_000_000,
            functionARN: first.source.functionARN(settings.name),
            traceID: kept ?? TraceID.new(at: Int64(now)),
            event: SQSEvent.event(items.map(\.record)))
        // What is printed can be found by the id of each message that it may be about.
        var logger = items.count == 1 ? first.context.logger : self.logger
        if items.count > 1 {
            logger[metadataKey: "message_id"] = .array(
                items.prefix(Self.mostNamed).map { .string($0.message.id) })
            let traces = items.prefix(Self.mostNamed).compactMap(\.message.traceID)
            if !traces.isEmpty {
                logger[metadataKey: "trace_id"] = .array(traces.map { .string($0) })
            }
        }
        for item in items {
            item.context.notes.change { [id = invocation.requestID] in
                $0.fields["request_id"] = id
            }
        }
        logger[metadataKey: "function"] = .string(settings.name)
        logger[metadataKey: "request_id"] = .string(invocation.requestID)
        running[id]?.process.give(invocation, logger: logger)
    }

    /// The logger for what is about no single message.
    private var logger: Logger {
        var logger = dependencies.logger
        logger[metadataKey: "function"] = .string(settings.name)
        return logger
    }
}
