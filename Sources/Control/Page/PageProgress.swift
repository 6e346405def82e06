import Synchronization

/// What one open page has been sent.
final class PageProgress: Sendable {
    private let state = Mutex((step: 0, failures: -1))

    /// The number of the part that is made now, from 0 on.
    func begin() -> Int {
        state.withLock { state in
            defer { state.step += 1 }
            return state.step
        }
    }

    /// Whether so many failures are not what it was sent last.
    func isNew(failures: Int) -> Bool {
        state.withLock { state in
            defer { state.failures = failures }
            return state.failures != failures
        }
    }
}
