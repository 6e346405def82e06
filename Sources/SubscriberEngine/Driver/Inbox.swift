internal import Synchronization

/// What waits for a driver's loop. Anyone may put something in; one reader takes all there is at
/// once, so that under load one turn of the loop serves many events.
final class Inbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var reader: CheckedContinuation<[Element], Never>?
    }

    private let state = Mutex(State())

    func put(_ element: Element) {
        let reader = state.withLock { state -> CheckedContinuation<[Element], Never>? in
            guard let reader = state.reader else {
                state.elements.append(element)
                return nil
            }
            state.reader = nil
            return reader
        }
        reader?.resume(returning: [element])
    }

    /// All that came since the last call, in order; waits for something to come. One reader only.
    func takeAll(isolation: isolated (any Actor)? = #isolation) async -> [Element] {
        let ready = state.withLock { state in
            defer { state.elements = [] }
            return state.elements
        }
        guard ready.isEmpty else { return ready }
        return await withCheckedContinuation { continuation in
            let arrived = state.withLock { state -> [Element] in
                defer { state.elements = [] }
                if state.elements.isEmpty { state.reader = continuation }
                return state.elements
            }
            if !arrived.isEmpty { continuation.resume(returning: arrived) }
        }
    }
}
