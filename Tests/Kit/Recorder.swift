import Synchronization

/// Remembers what happened, and lets a test wait for it.
package final class Recorder<Item: Sendable>: Sendable {
    private struct Waiter {
        let id: Int
        let isMet: @Sendable ([Item]) -> Bool
        let continuation: CheckedContinuation<[Item], Never>
    }

    private struct State {
        var items: [Item] = []
        var waiters: [Waiter] = []
        var lastID = 0
        /// The waits that were cancelled before they began.
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    package init() {}

    package var items: [Item] { state.withLock { $0.items } }

    package func record(_ item: Item) {
        let (items, met) = state.withLock { state in
            state.items.append(item)
            let items = state.items
            let met = state.waiters.filter { $0.isMet(items) }
            state.waiters.removeAll { $0.isMet(items) }
            return (items, met)
        }
        for waiter in met { waiter.continuation.resume(returning: items) }
    }

    /// Everything recorded, as soon as it satisfies the condition. Goes on waiting when its task is
    /// cancelled, as a handler may that does not heed it.
    @discardableResult
    package func wait(until isMet: @escaping @Sendable ([Item]) -> Bool) async -> [Item] {
        await wait(id: nextID(), until: isMet)
    }

    @discardableResult
    package func wait(for count: Int) async -> [Item] {
        await wait { $0.count >= count }
    }

    /// Everything recorded, as soon as it satisfies the condition or the task is cancelled, as it
    /// is when a test's time is over.
    @discardableResult
    package func waitUnlessCancelled(
        until isMet: @escaping @Sendable ([Item]) -> Bool
    ) async -> [Item] {
        let id = nextID()
        return await withTaskCancellationHandler {
            await wait(id: id, until: isMet)
        } onCancel: {
            let (items, waiter) = state.withLock { state -> ([Item], Waiter?) in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return (state.items, nil)
                }
                return (state.items, state.waiters.remove(at: index))
            }
            waiter?.continuation.resume(returning: items)
        }
    }

    private func nextID() -> Int {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    private func wait(id: Int, until isMet: @escaping @Sendable ([Item]) -> Bool) async -> [Item] {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> [Item]? in
                if isMet(state.items) || state.cancelled.contains(id) { return state.items }
                state.waiters.append(Waiter(id: id, isMet: isMet, continuation: continuation))
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}

/// Returns when the task is cancelled, and not before.
package func untilCancelled() async {
    await Recorder<Void>().waitUnlessCancelled { _ in false }
}
