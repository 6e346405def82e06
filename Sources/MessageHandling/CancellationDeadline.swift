internal import Synchronization

/// The moment by which a run has to be over once it is cancelled: from then on another host may be
/// given its message.
///
/// Set by the engine's driver when the lease of a message is lost, just before it cancels the run's
/// task, or afterwards, where the task was cancelled for another reason. A run that is cancelled
/// for a stop only has none: its message stays ours until it is over.
package final class CancellationDeadline: Sendable {
    private struct State {
        var moment: ContinuousClock.Instant?
        var observer: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    package init() {}

    /// Nil: the run may take as long to end as its kind of handler allows.
    package var moment: ContinuousClock.Instant? { state.withLock { $0.moment } }

    /// Sets the moment. The earliest of several counts.
    package func set(_ moment: ContinuousClock.Instant) {
        let observer = state.withLock { state in
            state.moment = state.moment.map { min($0, moment) } ?? moment
            return state.observer
        }
        observer?()
    }

    /// Has `observer` called each time that the moment is set, on the thread that sets it. One at a
    /// time: it replaces the one before; nil for none.
    package func observe(_ observer: (@Sendable () -> Void)?) {
        state.withLock { $0.observer = observer }
    }
}
