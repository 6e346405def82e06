import Synchronization

/// Lets requests in until it is closed, and knows when the last of them has left.
///
/// A request on an event loop whose threads have ended would wait for ever; the threads end after
/// the last request.
final class RequestGate: Sendable {
    private struct State {
        var inside = 0
        var isClosed = false
        var emptied: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// False once the gate is closed. True must be followed by ``leave()``.
    func enter() -> Bool {
        state.withLock { state in
            if !state.isClosed { state.inside += 1 }
            return !state.isClosed
        }
    }

    func leave() {
        let emptied = state.withLock { state in
            state.inside -= 1
            return state.inside == 0 ? state.emptied.take() : nil
        }
        emptied?.resume()
    }

    /// False where it was closed before.
    func close() -> Bool {
        state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
    }

    /// Returns when nobody is inside. Only one may wait, after ``close()``.
    func untilEmpty() async {
        await withCheckedContinuation { continuation in
            let isEmpty = state.withLock { state in
                if state.inside > 0 { state.emptied = continuation }
                return state.inside == 0
            }
            if isEmpty { continuation.resume() }
        }
    }
}
