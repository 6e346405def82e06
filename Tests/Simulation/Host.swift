import SubscriberEngine

/// One life of a daemon's process, as far as the queue is concerned.
final class Host {
    let index: Int
    /// Counts the processes that ran on this host.
    let life: Int
    var subscription: Subscription
    var ledger: SlotLedger
    let member: SlotLedger.MemberID
    let neighbour: SlotLedger.MemberID
    /// The handlers that match, by the latest settings.
    var handlers: [HandlerID]
    /// What the latest settings say of the queue.
    var queue: QueueSettings
    var arrivals = ArrivalPace()
    /// The last warning of messages that nothing matches.
    var warnedAt: Instant?
    var slotsWithEngine = 0
    /// Results of handlers that the engine has not heard of.
    var results: [Event] = []
    /// How many of them it heard of at once last.
    var resultsHeard = 0
    /// Calls that are out.
    var open: Set<UInt64> = []
    var polls: [PollID: (call: UInt64, receive: Receive)] = [:]
    /// Receives that were cut and have not come back yet.
    var cutReceives: [PollID: Receive] = [:]
    /// What the receives that are out ask for.
    var asked = 0
    /// Receives of a FIFO queue whose answer was lost.
    var lostAttempts: [(id: String, sentAt: Instant)] = []
    var attemptsSent: [String: Instant] = [:]
    var holdings: [LeaseID: Holding] = [:]
    /// Holdings whose content it keeps, or that run.
    var occupied = 0
    /// Holdings that run.
    var working = 0
    var workRecord = WorkRecord()
    var running: [HandlerID: Int] = [:]
    /// The largest concurrency that was ever configured.
    var concurrency: Int
    var presentConcurrency: Int
    var wakeAt: Instant?
    var isStopping: Bool { stoppedAt != nil }
    /// When it was told to stop first.
    var stoppedAt: Instant?
    /// The engine says just now that its stop is complete.
    var isFinishing = false
    /// The stop is of the queue alone, which may be wanted again.
    var isLeaving = false
    var stopBy: Instant?
    /// Until when a stop lets handlers go on.
    var graceUntil: Instant?
    /// The process is gone.
    var isOver = false
    var requests = 0
    var attributeReads = 0
    var queueTimeout: Duration?
    /// The last change of visibilities that was answered failed altogether: others wait for it.
    var isVisibilityFailing = false
    var deleteCallsOut = 0
    var troubles: Set<Activity> = []
    var failures = FailureCounts()
    var receiveFailures = FailureRow()
    /// A receive was sent since the last failed.
    var hasTriedAgain = false
    /// Runs of handlers while they could not work, and how often that was tried on.
    var futileRuns = 0
    var gateLifts = 0
    /// What was in hand when the gate shut; nil while it is open.
    var inHandAtFault: Set<LeaseID>?
    /// The handler that shut it, and how often another one did so before it was open again.
    var faultyHandler = ""
    var gateTransfers = 0
    /// Messages that were received since then for a handler that could not work, and how many may
    /// be: one for each that was lost while it was kept.
    var futileProbes = 0
    var futileProbeLimit = 0
    /// A handler that was asked said that it cannot work, and was not asked again.
    var refusesMessages = false

    var gateShutAt = Instant.start
    /// When the gate opened last, and the runs that ended since.
    var gateOpenedAt: Instant?
    var runsSinceReopening = 0

    func hasResult(of lease: LeaseID) -> Bool {
        results.contains {
            if case .handlerFinished(lease, _, _, _) = $0 { true } else { false }
        }
    }

    /// How many kept messages were let go since the gate shut: after 15 min, 30 min and so on.
    func keepsExpired(by now: Instant) -> Int {
        var count = 0
        var time = AvailabilityGate.firstKeepTime
        while time <= now - gateShutAt {
            count += 1
            time = time * 2 + AvailabilityGate.firstKeepTime
        }
        return count
    }

    init(index: Int, life: Int, plan: Plan, completions: [Completion], seed: UInt64) {
        self.index = index
        self.life = life
        subscription = Subscription(
            settings: plan.settings(plan.queueSettings), completions: completions, seed: seed)
        ledger = SlotLedger(slots: plan.slots)
        queue = plan.queueSettings
        member = ledger.join(weight: plan.weight, priority: plan.priority)
        neighbour = ledger.join(weight: 1)
        handlers = (0..<plan.handlerCount).map { HandlerID($0) }
        concurrency = plan.concurrency
        presentConcurrency = plan.concurrency
    }

    func change(_ holding: Holding, _ body: (Holding) -> Void) {
        let (wasHeld, ran) = (holding.isOccupying, !holding.runs.isEmpty)
        body(holding)
        let (isHeld, runs) = (holding.isOccupying, !holding.runs.isEmpty)
        if wasHeld != isHeld { occupied += isHeld ? 1 : -1 }
        if ran != runs { working += runs ? 1 : -1 }
    }
}

/// How many messages came, as a bucket that leaks at the rate allowed.
struct ArrivalPace {
    private var level = 0.0
    private var at = Instant.start

    /// So many more. Answers whether no span had more than the rate and one second's worth, or
    /// one message where that is less.
    mutating func add(_ count: Int, perSecond: Double, at now: Instant) -> Bool {
        let leaked = (now - at) / .seconds(1) * perSecond
        level = max(0, level - leaked) + Double(count)
        at = now
        return level <= max(1, perSecond) + 0.001
    }
}

/// Failures in a row, of which each was sent after the one before it had failed.
struct FailureRow {
    private(set) var count = 0
    private(set) var lastAt: Instant?

    mutating func failed(sentAt: Instant, mayBeAccident: Bool, at now: Instant) {
        if lastAt.map({ $0 <= sentAt }) ?? true {
            count += 1
            lastAt = now
        }
        // What does not pass by itself counts at once.
        if !mayBeAccident { count = max(2, count) }
    }
}

/// Counts calls that failed as a whole, within spans of ten seconds.
struct FailureCounts {
    static let span = Duration.seconds(10)

    private var since = Instant.start
    private var counts: [Activity: Int] = [:]

    /// One more. Answers how many there were lately.
    mutating func note(_ activity: Activity, at now: Instant) -> Int {
        if now - since >= Self.span {
            since = now
            counts = [:]
        }
        counts[activity, default: 0] += 1
        return counts[activity, default: 0]
    }
}
