/// One process of a function, by its number. Numbers are never used again.
package struct ProcessID: Hashable, Sendable {
    let value: UInt64

    package init(_ value: UInt64) {
        self.value = value
    }
}

/// What the scheduler knows of one process.
struct FunctionProcessState {
    /// An invocation: its messages, and when its time is over.
    struct Work {
        let keys: [MessageKey]
        var cancelled: Set<MessageKey> = []
        /// When its time is over.
        let until: Duration
        /// When it is ended for those that were cancelled, although others are left.
        var cancelAt: Duration?

        init(keys: [MessageKey], until: Duration) {
            self.keys = keys
            self.until = until
        }
    }

    enum EndCause {
        case timeout
        /// Nobody wants the result any more.
        case cancelled
        /// It is idle and not to be used again.
        case notNeeded
        case failedToStart(String)
    }

    enum Phase {
        case starting(until: Duration)
        case idle
        case working(Work)
        /// It has answered and not asked for the next invocation yet.
        case answered(until: Duration)
        case ending(EndCause, Work?)
    }

    var phase: Phase
    /// Whether it has ever answered an invocation.
    var hasAnswered = false
    /// When it is to be replaced: its credentials expire.
    var staleAt: Duration?

    init(startsUntil until: Duration) {
        phase = .starting(until: until)
    }

    /// When it is to be ended, if it goes on like this.
    var until: Duration? {
        switch phase {
        case .starting(let until), .answered(let until): until
        case .working(let work): min(work.until, work.cancelAt ?? work.until)
        case .idle, .ending: nil
        }
    }

    /// Whether it has started and can be expected to go on.
    var isUp: Bool {
        switch phase {
        case .idle, .working, .answered: true
        case .starting, .ending: false
        }
    }

    var isWithoutWork: Bool {
        switch phase {
        case .starting, .idle, .answered: true
        case .working, .ending: false
        }
    }

    var mayBecomeReady: Bool {
        switch phase {
        case .starting, .answered: true
        case .idle, .working, .ending: false
        }
    }
}
