internal import DequeModule

/// What each handler does: how many runs it has, and which leases wait for it.
struct HandlerLoads: Sendable {
    private struct Load {
        var settings: HandlerSettings
        /// Whether it is in the present settings. A handler that a reload removed finishes what it
        /// had.
        var isOffered = true
        var running = 0
        var waiting: Deque<LeaseID> = []
        var pace = FailurePace()

        var concurrency: Int { max(1, settings.concurrency) }

        func limit(at now: Instant) -> Int {
            pace.limit(running: running, concurrency: concurrency, at: now)
        }
    }

    private var loads: [HandlerID: Load] = [:]
    /// How many messages the handlers have work for: the sum of their concurrency, where each gets
    /// some of the messages only, so that one that is full keeps none from the others. Else, since
    /// a message goes to several of them, the largest.
    private(set) var capacity = 0
    /// How many handlers are slowed down by their failures.
    private var slowCount = 0
    private var failingCount = 0

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
        capacity = total(settings.map { max(1, $0.concurrency) })
        for id in removed { loads[id]?.pace = FailurePace() }
        slowCount = loads.values.count { $0.pace.isSlow }
        failingCount = loads.values.count { $0.pace.isFailing }
        return Array(removed)
    }

    private func total(_ counts: [Int]) -> Int {
        let isSelective = loads.values.allSatisfy { !$0.isOffered || $0.settings.isSelective }
        return isSelective ? counts.reduce(0, +) : counts.max() ?? 0
    }

    /// The capacity at the present pace of the handlers.
    func capacity(at now: Instant) -> Int {
        guard slowCount > 0 else { return capacity }
        return total(loads.values.filter(\.isOffered).map { $0.limit(at: now) })
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

    func hasRoom(_ id: HandlerID, at now: Instant) -> Bool {
        guard let load = loads[id] else { return false }
        return load.running < (slowCount == 0 ? load.concurrency : load.limit(at: now))
    }

    func running(_ id: HandlerID) -> Int { loads[id]?.running ?? 0 }

    /// More messages wait for some handler than it works on at once, and more than one receive
    /// brings: others for it would only be kept from other hosts.
    ///
    /// For a handler that is slowed down as many as it may start at once are enough: what waits
    /// beside them was received for it, and is not to be received again and again.
    func isClogged(at now: Instant) -> Bool {
        loads.values.contains { load in
            let usual = max(load.settings.concurrency, Receiving.size)
            let most = load.pace.isSlow ? max(load.limit(at: now), FailurePace.probeSize) : usual
            return load.waiting.count >= most
        }
    }

    mutating func started(_ id: HandlerID, at now: Instant) {
        loads[id]?.running += 1
        loads[id]?.pace.started(at: now)
    }

    mutating func finished(_ id: HandlerID) {
        loads[id]?.running -= 1
    }

    mutating func wait(_ lease: LeaseID, for id: HandlerID) {
        loads[id]?.waiting.append(lease)
    }

    /// The next lease that waits for this handler. It may have ended since.
    mutating func nextWaiting(for id: HandlerID) -> LeaseID? {
        loads[id]?.waiting.popFirst()
    }

    // MARK: Failures

    /// A run of the handler failed, or did not.
    mutating func note(
        failed: Bool, _ id: HandlerID, at now: Instant
    ) -> FailurePace.Change? {
        guard let load = loads[id], load.isOffered else { return nil }
        let change =
            failed
            ? loads[id]?.pace.failed(concurrency: load.concurrency, at: now)
            : loads[id]?.pace.succeeded(concurrency: load.concurrency, at: now)
        slowCount += (loads[id]?.pace.isSlow ?? false ? 1 : 0) - (load.pace.isSlow ? 1 : 0)
        failingCount +=
            (loads[id]?.pace.isFailing ?? false ? 1 : 0) - (load.pace.isFailing ? 1 : 0)
        return change ?? nil
    }

    /// The handlers that are slowed down, in their order.
    var slow: [HandlerID] {
        guard slowCount > 0 else { return [] }
        return ids.filter { loads[$0]?.pace.isSlow ?? false }
    }

    /// Whether a handler fails all it gets, and may have to be given less soon.
    var areFailing: Bool { failingCount > 0 }

    /// Whether a handler is given a few now and then, and no more.
    var areProbed: Bool {
        slowCount > 0 && loads.values.contains { $0.isOffered && $0.pace.isProbing }
    }

    func pace(of id: HandlerID) -> FailurePace? { loads[id]?.pace }

    /// When a handler that is slowed down may start more without another event.
    func nextChange(after now: Instant) -> Instant? {
        guard slowCount > 0 else { return nil }
        return loads.values.compactMap { $0.isOffered ? $0.pace.nextChange(after: now) : nil }.min()
    }

    /// The latest of the leases that wait for a handler which is slowed down, beyond what one
    /// receive brings: kept for it they would only be kept from other hosts. The others have paid
    /// their receive, and wait for some seconds.
    mutating func takeSurplus(of id: HandlerID, at now: Instant) -> LeaseID? {
        guard let load = loads[id],
            load.waiting.count > max(load.limit(at: now), Receiving.size)
        else { return nil }
        return loads[id]?.waiting.popLast()
    }

    /// Nothing that has not started waits any more.
    mutating func clearWaiting() {
        for id in loads.keys { loads[id]?.waiting.removeAll() }
    }
}
