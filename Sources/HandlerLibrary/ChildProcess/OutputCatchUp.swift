internal import Synchronization

/// Lets somebody who waits for something else of a child be sure of its output: what the child
/// wrote first has been handed on first.
final class OutputCatchUp: Sendable {
    typealias Asker = CheckedContinuation<Void, Never>

    private struct State {
        var events: ChildEvents?
        var isOver = false
        var askers: [Asker] = []
    }

    private let state = Mutex(State())

    /// Returns when all that the child had written to its pipes before the call was handed to its
    /// ``ChildOutput``, or nothing more will be. At once where no child runs.
    func catchUp() async {
        await withCheckedContinuation { asker in
            let events = state.withLock { state -> ChildEvents? in
                guard !state.isOver, let events = state.events else { return nil }
                state.askers.append(asker)
                return events
            }
            if let events { events.post(.asked) } else { asker.resume() }
        }
    }

    /// The child runs; news for its supervisor go there.
    func begin(_ events: ChildEvents) {
        state.withLock { $0.events = events }
    }

    /// Those who wait, for the supervisor to resume when it has read.
    func takeAskers() -> [Asker] {
        state.withLock { state in
            defer { state.askers = [] }
            return state.askers
        }
    }

    /// The child is over.
    func end() {
        let askers = state.withLock { state in
            state.isOver = true
            defer { state.askers = [] }
            return state.askers
        }
        for asker in askers { asker.resume() }
    }
}
