import Synchronization

/// Lets one line through in a while, of what others can have happen as often as they like.
final class SparseLine: Sendable {
    private let interval: Int
    private let said = Mutex<Int?>(nil)

    /// - Parameter interval: in seconds.
    init(every interval: Int) {
        self.interval = interval
    }

    /// Whether it is to be said. A clock that was set back does not silence it.
    ///
    /// - Parameter now: in seconds.
    func take(at now: Int) -> Bool {
        said.withLock { said in
            if let said, (0..<interval).contains(now - said) { return false }
            said = now
            return true
        }
    }
}
