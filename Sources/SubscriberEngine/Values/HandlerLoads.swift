internal import DequeModule

/// What each handler does: how many runs it has, and which leases wait for it.
struct HandlerLoads: Sendable {
    /// How much of the average a new duration counts: a change shows after about ten runs.
    private static let averageShare = 0.1

    private struct Load {
        var settings: HandlerSettings
        /// In the present settings. A handler that a reload removed finishes what it had.
        var isOffered = true
        var running = 0
        var waiting: Deque<LeaseID> = []
    }

    private var loads: [HandlerID: Load] = [:]
    /// How many messages the handlers have work for: the sum of their concurrency, where each gets
    /// some of the messages only, so that one that is full keeps none from the others. Else, since
    /// a message goes to several of them, the largest.
    private(set) var capacity = 0
    /// How long a run takes, about.
    private(set) var averageDuration = Duration.zero

    init(_ settings: [HandlerSettings]) {
        apply(settings)
    }

    /// New settings. Answers the handlers that are no longer offered.
    @discardableResult
    mutating func apply(_ settings: [HandlerSettings]) -> [HandlerID] {
        var removed = Set(loads.filter(\.value.isOffered).keys)
        for id in loads.keys { loads[id]?.isOffered = false }
        for handler in settings {
            loads[handler.id, default: Load(settings: handler)].settings = handler
            loads[handler.id]?.isOffered = true
            removed.remove(handler.id)
        }
        let concurrencies = settings.map { max(1, $0.concurrency) }
        capacity =
            settings.allSatisfy(\.isSelective)
            ? concurrencies.reduce(0, +) : concurrencies.max() ?? 0
        return Array(removed)
    }

    subscript(id: HandlerID) -> HandlerSettings? { loads[id]?.settings }

    /// Whether messages that come from now on may go to it.
    func isOffered(_ id: HandlerID) -> Bool { loads[id]?.isOffered ?? false }

    /// The names of the handlers that messages from now on may go to, but for this one.
    func others(than id: HandlerID) -> [String] {
        ids.filter { $0 != id && isOffered($0) }.compactMap { loads[$0]?.settings.name }
    }

    var ids: [HandlerID] { loads.keys.sorted { $0.value < $1.value } }
    var running: Int { loads.values.reduce(0) { $0 + $1.running } }

    func hasRoom(_ id: HandlerID) -> Bool {
        guard let load = loads[id] else { return false }
        return load.running < max(1, load.settings.concurrency)
    }

    /// More messages wait for some handler than it works on at once, and more than one receive
    /// brings: others for it would only be kept from other hosts.
    var isClogged: Bool {
        loads.values.contains { load in
            load.waiting.count >= max(load.settings.concurrency, Subscription.receiveSize)
        }
    }

    mutating func started(_ id: HandlerID) {
        loads[id]?.running += 1
    }

    mutating func finished(_ id: HandlerID, after duration: Duration) {
        loads[id]?.running -= 1
        averageDuration =
            averageDuration * (1 - Self.averageShare) + duration * Self.averageShare
    }

    mutating func wait(_ lease: LeaseID, for id: HandlerID) {
        loads[id]?.waiting.append(lease)
    }

    /// The next lease that waits for this handler. It may have ended since.
    mutating func nextWaiting(for id: HandlerID) -> LeaseID? {
        loads[id]?.waiting.popFirst()
    }

    /// Nothing that has not started waits any more.
    mutating func clearWaiting() {
        for id in loads.keys { loads[id]?.waiting.removeAll() }
    }
}
