internal import Synchronization

/// What waits for a driver's loop. Anyone may put something in; one reader takes all there is at
/// once, so that under load one turn of the loop serves many events.
final class Inbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var reader: CheckedContinuation<Void, Never>?
        /// Somebody was told to wake the reader, and has not yet.
        var isWakeDue = false
    }

    private let state = Mutex(State())

    func put(_ element: Element) {
        let reader = state.withLock { state in
            state.elements.append(element)
            return state.reader.take()
        }
        reader?.resume()
    }

    /// Puts something in, and leaves it to the caller to ``wake()`` the reader where it answers
    /// true, soon: one wake serves all that came by then.
    func leave(_ element: Element) -> Bool { leave(contentsOf: CollectionOfOne(element)) }

    /// Puts several in, in their order, as ``leave(_:)`` does one.
    func leave(contentsOf elements: some Collection<Element>) -> Bool {
        state.withLock { state in
            state.elements += elements
            guard state.reader != nil, !state.isWakeDue else { return false }
            state.isWakeDue = true
            return true
        }
    }

    /// Wakes the reader, if it waits.
    func wake() {
        let reader = state.withLock { state in
            state.isWakeDue = false
            return state.reader.take()
        }
        reader?.resume()
    }

    /// All that came since the last call, in order; waits for something to come. One reader only.
    func takeAll(isolation: isolated (any Actor)? = #isolation) async -> [Element] {
        while true {
            let ready = state.withLock { state in
                defer { state.elements = [] }
                return state.elements
            }
            guard ready.isEmpty else { return ready }
            await withCheckedContinuation { continuation in
                let isEmpty = state.withLock { state in
                    if state.elements.isEmpty { state.reader = continuation }
                    return state.elements.isEmpty
                }
                if !isEmpty { continuation.resume() }
            }
        }
    }
}
