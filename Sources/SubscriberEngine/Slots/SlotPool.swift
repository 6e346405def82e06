internal import Synchronization

/// The daemon's slots, shared between its subscriptions. ``SlotLedger`` decides; this locks.
package final class SlotPool: Sendable {
    private struct State {
        var ledger: SlotLedger
        var deliver: [SlotLedger.MemberID: @Sendable (Int) -> Void] = [:]
    }

    private let state: Mutex<State>

    /// - Parameter slots: how many messages may be handled at once, over all queues.
    package init(slots: Int) {
        state = Mutex(State(ledger: SlotLedger(slots: slots)))
    }

    /// A subscription joins. `deliver` is called with the number of slots it gets, from whatever
    /// thread gave them free, outside the lock; it must return at once.
    package func join(
        weight: Int, priority: Int = 0, deliver: @escaping @Sendable (Int) -> Void
    ) -> SlotShare {
        let id = state.withLock { state in
            let id = state.ledger.join(weight: weight, priority: priority)
            state.deliver[id] = deliver
            return id
        }
        return SlotShare(pool: self, id: id)
    }

    /// The configured number changed. Fewer take effect as slots come back.
    package func resize(to slots: Int) {
        perform { $0.resize(to: slots) }
    }

    /// Slots held at present, over all queues.
    package var inUse: Int { state.withLock { $0.ledger.inUse } }

    fileprivate func perform(_ change: (inout SlotLedger) -> [SlotLedger.Grant]) {
        let deliveries = state.withLock { state in
            change(&state.ledger).compactMap { grant in
                state.deliver[grant.member].map { ($0, grant.count) }
            }
        }
        for (deliver, count) in deliveries { deliver(count) }
    }

    fileprivate func leave(_ id: SlotLedger.MemberID) {
        perform { $0.leave(id) }
        state.withLock { $0.deliver[id] = nil }
    }

    fileprivate func held(by id: SlotLedger.MemberID) -> Int {
        state.withLock { $0.ledger.held(by: id) }
    }
}

/// One subscription's share of the slots.
package struct SlotShare: Sendable {
    private let pool: SlotPool
    private let id: SlotLedger.MemberID

    fileprivate init(pool: SlotPool, id: SlotLedger.MemberID) {
        self.pool = pool
        self.id = id
    }

    /// So many slots are wanted in addition to those held; replaces what was wanted before.
    package func want(_ count: Int, idle: Bool) {
        pool.perform { $0.want(count, idle: idle, for: id) }
    }

    package func giveBack(_ count: Int) {
        pool.perform { $0.giveBack(count, from: id) }
    }

    package func setWeight(_ weight: Int, priority: Int) {
        pool.perform {
            $0.setWeight(weight, priority: priority, of: id)
            return []
        }
    }

    /// The subscription is over; all its slots are free.
    package func leave() {
        pool.leave(id)
    }

    package var held: Int { pool.held(by: id) }
}
