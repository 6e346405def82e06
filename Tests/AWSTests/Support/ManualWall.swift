import Synchronization

/// A wall clock that is set by hand.
final class ManualWall: Sendable {
    private let seconds = Mutex(0.0)

    init(_ seconds: Double = 1_000_000_000) {
        self.seconds.withLock { $0 = seconds }
    }

    var secondsSince1970: Double { seconds.withLock { $0 } }

    func advance(bySeconds step: Double) {
        seconds.withLock { $0 += step }
    }
}
