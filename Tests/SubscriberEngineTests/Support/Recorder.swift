import Synchronization

/// Remembers what happened, and lets a test wait for it.
final class Recorder<Item: Sendable>: Sendable {
    private struct Waiter {
        let isMet: @Sendable ([Item]) -> Bool
        let continuation: CheckedContinuation<[Item], Never>
    }

    private struct State {
        var items: [Item] = []
        var waiters: [Waiter] = []
    }

    private let state = Mutex(State())

    var items: [Item] { state.withLock { $0.items } }

    func record(_ item: Item) {
        let (items, met) = state.withLock { state in
            state.items.append(item)
            let items = state.items
            let met = state.waiters.filter { $0.isMet(items) }
            state.waiters.removeAll { $0.isMet(items) }
            return (items, met)
        }
        for waiter in met { waiter.continuation.resume(returning: items) }
    }

    /// Everything recorded, as soon as it satisfies the condition.
    @discardableResult
    func wait(until isMet: @escaping @Sendable ([Item]) -> Bool) async -> [Item] {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> [Item]? in
                if isMet(state.items) { return state.items }
                state.waiters.append(Waiter(isMet: isMet, continuation: continuation))
                return nil
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }

    @discardableResult
    func wait(for count: Int) async -> [Item] {
        await wait { $0.count >= count }
    }
}

/// Returns when the task is cancelled, and not before.
func untilCancelled() async {
    let cancelled = Recorder<Void>()
    await withTaskCancellationHandler {
        _ = await cancelled.wait { !$0.isEmpty }
    } onCancel: {
        cancelled.record(())
    }
}
