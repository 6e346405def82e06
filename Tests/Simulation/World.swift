import EmbeddedQueue
package import SubscriberEngine

/// One run of one seed: a queue of the embedded queue's store, the subscriptions of one to three
/// daemons, a network that fails between them, handlers of every temper.
///
/// Virtual time, no threads, no clock: the seed makes the run, on every machine. Engine and store
/// are the real ones; only the network between them is not.
package final class World {
    static let deadLetterQueue = "rejected"
    /// How long after the trouble everything may take to come to its end: the longest backoffs,
    /// several times.
    static let patience = Duration.seconds(5_000)
    /// Until the neighbours are gone, and longer than a receive waits to be a fuller one.
    static let lastPause = Duration.seconds(2)
    /// The longest run without a fault in the engine has a tenth of it.
    static let mostEvents = 2_000_000
    /// The grace time of the stop that ends a run.
    static let lastGrace = Duration.seconds(20)

    package let seed: UInt64
    package let plan: Plan
    package internal(set) var now = Instant.start
    package internal(set) var violations: [Violation] = []
    package internal(set) var tally = Tally()
    package internal(set) var trace: Trace?
    var chance: Jitter
    var hosts: [Host] = []
    var agenda = Agenda<Action>()
    /// The faults are over.
    var isCalm = false
    private var isEnding = false
    /// Everything was handled, and the daemons are being stopped for good.
    private(set) var isClosing = false

    // The service.
    var store: QueueStore
    var serviceClockOffset = Duration.zero
    var serviceWakesAt: Instant?
    /// Long polls that the store has, by caller.
    var waiting: [UInt64: Call] = [:]
    var lastCall: UInt64 = 0
    var lastLease: UInt64 = 0

    // The messages.
    var messages: [TrackedMessage] = []
    var numbers: [String: Int] = [:]
    private var lines: [Line] = []
    private var remaining: Int
    /// When the last message so far left the queue.
    private(set) var lastLeft = Instant.start
    private var past: [Host] = []
    /// How long daemons waited after receives that failed.
    var waits: Set<Duration> = []
    /// What each daemon's processes keep for one another, the oldest first.
    private var kept: [[Completion]]

    /// - Parameter recordsTrace: keeps a line for every event and effect.
    package init(seed: UInt64, plan: Plan? = nil, recordsTrace: Bool = false) {
        self.seed = seed
        chance = Jitter(seed: seed)
        self.plan = plan ?? Plan(&chance)
        trace = recordsTrace ? Trace() : nil
        store = QueueStore(seed: chance.next(), keepsHistory: true)
        remaining = self.plan.messages
        kept = Array(repeating: [], count: self.plan.hosts)
        tally.messages = self.plan.messages
        for index in 0..<self.plan.hosts { hosts.append(newHost(index, life: 0)) }
        openQueues()
        schedule()
    }

    deinit {
        for host in hosts + past { host.holdings = [:] }
        for message in messages {
            message.holdings = []
            message.line.pending = []
            message.line.running = []
        }
    }

    private func newHost(_ index: Int, life: Int) -> Host {
        Host(
            index: index, life: life, plan: plan, completions: kept[index], seed: chance.next())
    }

    // MARK: Running

    /// Runs until everything is handled and the daemons have stopped, and checks that it is so.
    package func runToEnd() {
        let limit =
            Instant.start + plan.trouble + Self.patience + longestLease + plan.slowestHandler * 2
        while violations.isEmpty, let due = agenda.due, due <= limit {
            step(at: due)
            if isCalm, remaining == 0 { endIfDone() }
            if isClosing, hosts.allSatisfy(\.isOver) { return }
        }
        if violations.isEmpty { checkNothingIsLeft(remaining) }
    }

    /// Runs for so long, whatever is left then.
    package func run(for time: Duration) {
        while violations.isEmpty, let due = agenda.due, due <= .start + time {
            step(at: due)
        }
    }

    private func step(at due: Instant) {
        if tally.events > Self.mostEvents {
            violate(.loopsBackOff, "\(tally.events) events, and no end")
        }
        now = max(now, due)
        if let action = agenda.removeFirst() { perform(action) }
    }

    /// A message that was lost on the way is hidden for as long as its receive asked.
    private var longestLease: Duration {
        let changed = plan.timeoutChanges.map(\.timeout).max() ?? .zero
        return max(plan.queueTimeout, changed) * 3
    }

    /// Everything is handled: once the last moments are over, the daemons are stopped.
    private func endIfDone() {
        guard !isEnding, isAllHandled else { return }
        isEnding = true
        after(Self.lastPause, .end)
    }

    private var isAllHandled: Bool {
        hosts.allSatisfy { $0.holdings.isEmpty && !$0.isOver }
    }

    func end() {
        guard isAllHandled else {
            isEnding = false
            return
        }
        isClosing = true
        for host in hosts where !host.isStopping { checkIdleSlots(host) }
        for host in hosts where !host.isStopping { stop(host, grace: Self.lastGrace) }
    }

    func at(_ moment: Instant, _ action: Action) {
        agenda.insert(action, due: max(now, moment))
    }

    func after(_ delay: Duration, _ action: Action) {
        agenda.insert(action, due: now + delay)
    }

    /// Whether something that goes wrong at random goes wrong now.
    func happens(_ probability: Double) -> Bool {
        probability > 0 && !isCalm && chance.fraction() < probability
    }

    func violate(_ invariant: Invariant, _ what: @autoclosure () -> String) {
        violations.append(Violation(seed: seed, at: now, invariant: invariant, what: what()))
        note("VIOLATION of invariant \(invariant.rawValue): \(violations.last?.what ?? "")")
    }

    func note(_ line: @autoclosure () -> String) {
        trace?.add(now, line())
    }

    // MARK: Messages

    /// A message was sent.
    func track(_ id: String, _ line: Line) {
        let message = TrackedMessage(number: messages.count, line: line, hosts: plan.hosts)
        numbers[id] = message.number
        messages.append(message)
        line.pending.append(message)
    }

    func line(_ group: Int?) -> Line {
        guard let group else { return Line() }
        while lines.count <= group { lines.append(Line()) }
        return lines[group]
    }

    func left(_ message: TrackedMessage) {
        guard !message.isGone else { return }
        message.isGone = true
        remaining -= 1
        lastLeft = now
    }

    // MARK: Processes

    /// The process is gone, and what it knew with it.
    func bury(_ host: Host) {
        host.isOver = true
        for (_, holding) in host.holdings.sorted(by: { $0.key < $1.key }) {
            holding.message.holdings.removeAll { $0 === holding }
            holding.message.line.running.removeAll { $0 === holding }
            if holding.message.isFinished { holding.message.cause = .deleteUnconfirmed }
        }
        for message in messages {
            message.done[host.index] = HandlerSet()
            message.rejected[host.index] = HandlerSet()
        }
        for completion in kept[host.index] { remind(completion, host) }
        for call in host.open.sorted() { clientIsGone(call) }
    }

    private func remind(_ completion: Completion, _ host: Host) {
        guard let number = numbers[completion.messageID] else { return }
        let handlers = (0..<plan.handlerCount).map { HandlerID($0) }
        func known(_ names: [String]) -> HandlerSet {
            HandlerSet(handlers.filter { names.contains("h\($0.value)") })
        }
        messages[number].done[host.index] = known(completion.handlers)
        messages[number].rejected[host.index] = known(completion.rejections.map(\.handler))
    }

    /// Something is to be kept for the next process.
    func keep(_ change: CompletionChange, _ host: Host) {
        switch change {
        case .remembered(let completion):
            let place = kept[host.index].firstIndex { $0.messageID == completion.messageID }
            if let place {
                kept[host.index][place] = completion
            } else {
                kept[host.index].append(completion)
            }
        case .forgotten(let messageID):
            kept[host.index].removeAll { $0.messageID == messageID }
        }
    }

    /// Another process starts on the host, knowing what was kept.
    func restart(_ host: Host) {
        past.append(host)
        tally.requests += host.requests
        let next = newHost(host.index, life: host.life + 1)
        hosts[host.index] = next
        after(.milliseconds(100), .event(host: next.index, life: next.life, .timePassed))
        if plan.hasNeighbour { after(.seconds(1), .neighbour(host: next.index, life: next.life)) }
    }
}
