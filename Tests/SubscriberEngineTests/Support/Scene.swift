import MessageHandling
import SQS
import SubscriberEngine

/// A subscription on a stage: events in, effects recorded, slots granted at once while there are
/// any.
struct Scene {
    private(set) var subscription: Subscription
    private(set) var now = Instant.start
    /// Of the last call on this scene.
    private(set) var effects: [Effect] = []
    private(set) var slots: Int
    /// Receives that are out, the last one last.
    private(set) var out: [Receive] = []
    /// Runs that began, in their order, and were not taken.
    private var started: [UInt64] = []
    private var handlers: [HandlerID]
    private var wakeAt: Instant?
    private var lastLease: UInt64 = 0
    private var wanted = 0
    /// What a handler that is asked says is in its way.
    var obstacle: String?
    /// Whether a handler that is asked answers at all.
    var answersChecks = true

    /// A subscription that has sent its first receive.
    init(
        fifo: Bool = false, handlers: [HandlerSettings] = [.plain()],
        queue: QueueSettings = .init(),
        timeout: Duration = .seconds(30), slots: Int = 64, completions: [Completion] = []
    ) {
        self.slots = slots
        self.handlers = handlers.map(\.id)
        subscription = Subscription(
            settings: SubscriptionSettings(queue: queue, isFIFO: fifo, handlers: handlers),
            attributes: QueueAttributes(visibilityTimeout: timeout), completions: completions,
            seed: 1)
        send(.timePassed)
    }

    mutating func send(_ event: Event, after delay: Duration = .zero) {
        now = now + delay
        effects = []
        take(event)
    }

    private mutating func take(_ event: Event) {
        var events = [event]
        while !events.isEmpty {
            for effect in subscription.handle(events.removeFirst(), at: now) {
                effects.append(effect)
                if case .checkHandler(let handler) = effect, answersChecks {
                    events.append(.handlerChecked(handler, unavailable: obstacle))
                }
                switch effect {
                case .run(let lease, _): started.append(lease.value)
                case .runInOrder(let leases, _): started += leases.map(\.value)
                case .wantSlots(let count, _): wanted = count
                case .returnSlots(let count): slots += count
                case .receive(let receive): out.append(receive)
                case .wake(let moment): wakeAt = moment
                default: break
                }
            }
            let granted = min(wanted, slots)
            guard granted > 0 else { continue }
            slots -= granted
            wanted -= granted
            events.append(.slotsGranted(granted))
        }
    }

    /// Time passes; the subscription is woken whenever it asked for it.
    mutating func pass(_ duration: Duration) {
        let end = now + duration
        effects = []
        while let moment = wakeAt, moment <= end {
            now = max(now, moment)
            wakeAt = nil
            take(.timePassed)
        }
        now = end
        take(.timePassed)
    }

    /// Time passes, and SQS answers, until something is so. False when it is not within ten
    /// minutes.
    mutating func passUntil(_ isSo: (Scene) -> Bool) -> Bool {
        for _ in 0..<6_000 where !isSo(self) {
            answerAll()
            if !isSo(self) { pass(.milliseconds(100)) }
        }
        return isSo(self)
    }

    /// The settings are read again.
    @discardableResult
    mutating func reload(handlers: [HandlerSettings] = [.plain()]) -> Scene {
        let settings = SubscriptionSettings(
            queue: QueueSettings(), isFIFO: false, handlers: handlers)
        send(.settingsChanged(settings))
        return self
    }

    /// The next renewal of a lease is refused: its message is another host's.
    mutating func refuseRenewals(of lease: UInt64) {
        for _ in 0..<6_000 where changes[lease] == nil { pass(.milliseconds(100)) }
        answer(SQSError(.leaseLost, code: "InvalidParameterValue", "gone"))
    }

    /// Receives that are out come back empty, but for the last ones.
    mutating func cutOpenReceives(keeping count: Int) {
        while out.count > count {
            let poll = out.removeFirst().poll
            send(.received(poll, []))
        }
    }

    /// The receive that went out last brings messages; lease ids count from 1.
    mutating func receive(
        _ ids: [String], groups: [String?]? = nil, count: Int = 1, handlers: [HandlerID]? = nil
    ) {
        guard let poll = out.popLast()?.poll else { return }
        let deliveries = ids.enumerated().map { index, id in
            lastLease += 1
            return Delivery(
                lease: LeaseID(lastLease), messageID: id, receiptHandle: "\(id)-\(lastLease)",
                group: groups?[index], receiveCount: count, handlers: handlers ?? self.handlers)
        }
        send(.received(poll, deliveries))
    }

    mutating func failReceive(_ kind: SQSError.Kind) {
        guard let poll = out.popLast()?.poll else { return }
        send(.receiveFailed(poll, SQSError(kind, code: "Test", "failed")))
    }

    /// The next run that began, whenever that was.
    mutating func takeRun() -> UInt64? { started.isEmpty ? nil : started.removeFirst() }

    mutating func finish(
        _ lease: UInt64, _ result: HandlerResult = .outcome(.done), handler: Int = 0,
        after delay: Duration = .zero
    ) {
        send(.handlerFinished(LeaseID(lease), HandlerID(handler), result), after: delay)
    }

    /// Answers every batch call among the last effects; with an error each entry fails of it.
    mutating func answer(_ error: SQSError? = nil, except leases: Set<UInt64> = []) {
        var asked = effects[...]
        effects = []
        while let effect = asked.popFirst() {
            switch effect {
            case .delete(let batch, let entries):
                let failed = Self.failures(entries.map(\.lease), error, leases)
                take(.deleteAnswered(batch, failed: failed))
            case .changeVisibility(let batch, let entries):
                let failed = Self.failures(entries.map(\.lease), error, leases)
                take(.visibilityAnswered(batch, failed: failed))
            default: break
            }
        }
    }

    /// Every batch call among the last effects fails as a whole.
    mutating func failCalls(_ error: SQSError) {
        let asked = effects
        effects = []
        for effect in asked {
            switch effect {
            case .delete(let batch, _): take(.deleteCallFailed(batch, error))
            case .changeVisibility(let batch, _): take(.visibilityCallFailed(batch, error))
            default: break
            }
        }
    }

    /// Answers all calls, and those that follow from the answers.
    mutating func answerAll(_ error: SQSError? = nil) {
        var all: [Effect] = []
        for _ in 0..<10 where !deletes.isEmpty || !changes.isEmpty {
            answer(error)
            all += effects
        }
        effects = all
    }

    private static func failures(
        _ leases: [LeaseID], _ error: SQSError?, _ except: Set<UInt64>
    ) -> [LeaseID: SQSError] {
        guard let error else { return [:] }
        let failing = leases.filter { !except.contains($0.value) }
        return Dictionary(uniqueKeysWithValues: failing.map { ($0, error) })
    }
}

extension HandlerSettings {
    static func plain(
        _ id: Int = 0, concurrency: Int = 10, retry: RetryPolicy = .visibilityTimeout,
        onLeaseLost: LeaseLostPolicy = .cancel, messagesPerSecond: Double? = nil,
        isSelective: Bool = false, groupBatch: Int = 1
    ) -> HandlerSettings {
        var policy = HandlerPolicy()
        policy.retry = retry
        policy.onLeaseLost = onLeaseLost
        policy.limits.messagesPerSecond = messagesPerSecond
        return HandlerSettings(
            id: HandlerID(id), name: "handler\(id)", concurrency: concurrency, policy: policy,
            isSelective: isSelective, groupBatch: groupBatch)
    }
}

/// What the last effects say, in short.
extension Scene {
    var runs: [UInt64] {
        effects.compactMap { if case .run(let lease, _) = $0 { lease.value } else { nil } }
    }
    /// What runs in order, together.
    var batches: [[UInt64]] {
        effects.compactMap {
            if case .runInOrder(let leases, _) = $0 { leases.map(\.value) } else { nil }
        }
    }
    func runs(of handler: Int) -> [UInt64] {
        effects.compactMap { effect in
            if case .run(let lease, HandlerID(handler)) = effect { lease.value } else { nil }
        }
    }
    var checks: [HandlerID] {
        effects.compactMap { if case .checkHandler(let handler) = $0 { handler } else { nil } }
    }
    var receives: [Receive] {
        effects.compactMap { if case .receive(let receive) = $0 { receive } else { nil } }
    }
    var deletes: [[UInt64]] {
        effects.compactMap {
            if case .delete(_, let entries) = $0 { entries.map(\.lease.value) } else { nil }
        }
    }
    /// Timeouts in seconds by lease.
    var changes: [UInt64: Int64] {
        var changes: [UInt64: Int64] = [:]
        for case .changeVisibility(_, let entries) in effects {
            for entry in entries { changes[entry.lease.value] = entry.timeout.components.seconds }
        }
        return changes
    }
    var cancels: [UInt64] {
        effects.compactMap { if case .cancel(let lease, _, _) = $0 { lease.value } else { nil } }
    }
    var cancelReasons: [CancelReason] {
        effects.compactMap { if case .cancel(_, _, let reason) = $0 { reason } else { nil } }
    }
    var endings: [UInt64: Ending] {
        var endings: [UInt64: Ending] = [:]
        for case .ended(let lease, let ending) in effects { endings[lease.value] = ending }
        return endings
    }
    var reports: [Report] {
        effects.compactMap { if case .report(let report) = $0 { report } else { nil } }
    }
    var kept: [CompletionChange] {
        effects.compactMap { if case .keep(let change) = $0 { change } else { nil } }
    }
    var cutReceives: Int {
        effects.count { if case .cancelReceive = $0 { true } else { false } }
    }
    var deadLetters: [UInt64] {
        effects.compactMap {
            if case .deadLetter(let lease, _, _) = $0 { lease.value } else { nil }
        }
    }
    var isFinished: Bool {
        effects.contains { if case .finished = $0 { true } else { false } }
    }
}
