import DequeModule

/// A long poll that found nothing yet.
struct Waiter: Sendable {
    let caller: CallerID
    let receive: StoreReceive
    let deadline: StoreInstant
}

/// The long polls of a queue, served in the order in which they came.
struct Waiters: Sendable {
    private var waiters: [CallerID: Waiter] = [:]
    /// May hold callers that were answered or hung up; they are passed over.
    private var order = Deque<CallerID>()
    private var deadlines = TimerHeap()
    private var attempts: [String: CallerID] = [:]

    var isEmpty: Bool { waiters.isEmpty }
    var all: [Waiter] { waiters.values.sorted { $0.caller.number < $1.caller.number } }

    mutating func add(_ waiter: Waiter) {
        waiters[waiter.caller] = waiter
        order.append(waiter.caller)
        deadlines.set(waiter.caller.number, at: waiter.deadline)
        if let id = waiter.receive.attemptID { attempts[id] = waiter.caller }
        deadlines.sweep(standing: waiters.count) { waiters[CallerID($0.key)] != nil }
    }

    @discardableResult
    mutating func remove(_ caller: CallerID) -> Waiter? {
        guard let waiter = waiters.removeValue(forKey: caller) else { return nil }
        if let id = waiter.receive.attemptID, attempts[id] == caller { attempts[id] = nil }
        if waiters.isEmpty { order.removeAll() }
        return waiter
    }

    /// Who waits longest.
    mutating func first() -> Waiter? {
        while let caller = order.first {
            if let waiter = waiters[caller] { return waiter }
            order.removeFirst()
        }
        return nil
    }

    /// Who waits with this attempt id: the client repeats a poll whose connection it lost.
    func caller(ofAttempt id: String?) -> CallerID? {
        id.flatMap { attempts[$0] }
    }

    /// The earliest deadline; nil where nobody waits.
    mutating func nextDeadline() -> StoreInstant? {
        while let next = deadlines.next {
            if waiters[CallerID(next.key)] != nil { return next.at }
            deadlines.removeNext()
        }
        return nil
    }
}
