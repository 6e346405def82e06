import Synchronization

/// Tells the first call from all others.
final class FirstTime: Sendable {
    private let isOver = Atomic<Bool>(false)

    func take() -> Bool { !isOver.exchange(true, ordering: .relaxed) }
}
