import Synchronization

/// A number that several threads add to.
package final class Counter: Sendable {
    private let count = Mutex(0)

    package init() {}

    package var value: Int { count.withLock { $0 } }

    package func add(_ more: Int = 1) {
        count.withLock { $0 += more }
    }
}
