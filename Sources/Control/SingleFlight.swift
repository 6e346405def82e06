/// Makes one value for all who ask for it at the same time, and never two at once.
///
/// What is made was begun after it was asked for, unless it may be older: who comes while one is
/// made waits for the next, together with all others who do.
package actor SingleFlight<Value: Sendable> {
    private let age: Duration
    private let now: @Sendable () -> ContinuousClock.Instant
    private let make: @Sendable () async -> Value
    private var isMaking = false
    /// Those whom the next value is for; one of them makes it, where it is given none.
    private var waiting: [CheckedContinuation<Value?, Never>] = []
    private var last: (value: Value, begun: ContinuousClock.Instant)?

    /// - Parameters:
    ///   - age: how long ago the value may have been begun; with zero it is always a new one.
    ///   - make: called where ``value()`` was, by one of those who wait.
    package init(
        age: Duration = .zero, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        make: @escaping @Sendable () async -> Value
    ) {
        self.age = age
        self.now = now
        self.make = make
    }

    /// How many wait for what is not begun.
    package var waiterCount: Int { waiting.count }

    package func value() async -> Value {
        if isMaking, let made = await withCheckedContinuation({ waiting.append($0) }) {
            return made
        }
        isMaking = true
        let others = waiting
        waiting = []
        let value = await current()
        for other in others { other.resume(returning: value) }
        if waiting.isEmpty {
            isMaking = false
        } else {
            waiting.removeFirst().resume(returning: nil)
        }
        return value
    }

    private func current() async -> Value {
        let begun = now()
        if let last, begun - last.begun < age { return last.value }
        let value = await make()
        last = (value, begun)
        return value
    }
}
