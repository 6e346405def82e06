import NIOCore

/// One timer for all that has a time limit: it rings when the earliest of the limits is over, and
/// who is woken looks for what that was. So a limit that is not reached, as most are, costs a
/// comparison.
///
/// Bound to its event loop.
final class Alarm {
    private let loop: any EventLoop
    private var earliest = NIODeadline.distantFuture
    private var timer: Scheduled<Void>?
    /// Called on the loop when a limit is over, or was given up: it notes those that are left.
    var ring: () -> Void = {}

    init(_ loop: any EventLoop) {
        self.loop = loop
    }

    /// Rings at the deadline at the latest.
    func note(_ deadline: NIODeadline) {
        guard deadline < earliest else { return }
        timer?.cancel()
        earliest = deadline
        timer = loop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.timer = nil
            self.earliest = .distantFuture
            self.ring()
        }
    }

    /// Forgets everything, whoever would have been woken included.
    func stop() {
        timer?.cancel()
        timer = nil
        ring = {}
    }
}
