/// How long a child may go on.
package struct ChildLimits: Sendable, Equatable {
    /// The time from the start to SIGTERM.
    var timeout: Duration
    /// The time from SIGTERM to SIGKILL. Less where its message may be another host's before.
    var killGrace: Duration

    /// How long before another host may have the message SIGKILL comes: for the kernel to take the
    /// processes apart, and for this process to get around to it on a busy machine.
    static let killMargin: Duration = .milliseconds(200)

    /// How long what the child started may hold its stdout or stderr open after it has ended.
    ///
    /// A pipeline's last words arrive within milliseconds; what is open after a second belongs to
    /// a process that was left behind, and would hold the message for as long as it runs.
    package static let outputGrace: Duration = .seconds(1)

    /// The timeout of a child that runs until it ends by itself or is cancelled: a century, which
    /// timerfd_settime(2) can count.
    static let endless: Duration = .seconds(100 * 366 * 86_400)

    package init(timeout: Duration, killGrace: Duration) {
        self.timeout = timeout
        self.killGrace = killGrace
    }
}

/// Decides when a child is told to end, when it is made to, and when it is over.
///
/// A value: what happened goes in, what to do comes out. Signals go to the whole process group.
/// The child is reaped only after ``Effect/finish``: until then neither its id nor its group's can
/// be given to another process, and no signal can hit a stranger.
package struct ChildLifetime {
    package enum Event: Hashable {
        case exited
        /// Both stdout and stderr have been closed by everyone who held them.
        case outputEnded
        case timerFired
        /// - `within`: how much grace is left at most; nil for the usual one.
        case cancelled(within: Duration?)
        /// So much grace is left at most, if it is being stopped.
        case hurried(within: Duration)
    }

    package enum Effect: Equatable {
        case terminate
        case kill
        /// Fire once, after this time, instead of when asked before.
        case setTimer(Duration)
        /// Fire after this time at the latest.
        case shortenTimer(Duration)
        /// Reap the child and close its output, read or not.
        case finish
    }

    /// Why the child was told to end.
    package enum StopReason: Hashable, Sendable {
        case timeout
        case cancelled
    }

    private let limits: ChildLimits
    package private(set) var stopReason: StopReason?
    package private(set) var wasKilled = false
    /// The grace was cut short.
    package private(set) var wasHurried = false
    private(set) var hasExited = false
    private(set) var outputHasEnded = false
    private(set) var isFinished = false

    package init(limits: ChildLimits) {
        self.limits = limits
    }

    package func start() -> [Effect] { [.setTimer(limits.timeout)] }

    package mutating func handle(_ event: Event) -> [Effect] {
        guard !isFinished else { return [] }
        switch event {
        case .exited:
            hasExited = true
            if outputHasEnded { return finish() }
            // While being stopped, the rest of the group has the rest of the grace.
            let graceIsRunning = stopReason != nil && !wasKilled
            return graceIsRunning ? [] : [.setTimer(ChildLimits.outputGrace)]
        case .outputEnded:
            outputHasEnded = true
            return hasExited ? finish() : []
        case .timerFired:
            if hasExited { return finish() }
            if stopReason == nil { return stop(.timeout, grace: limits.killGrace) }
            wasKilled = true
            return [.kill]
        case .cancelled(let left):
            if hasExited { return finish() }
            guard stopReason == nil else { return left.map { hurry($0) } ?? [] }
            let grace = min(left ?? limits.killGrace, limits.killGrace)
            wasHurried = grace < limits.killGrace
            return stop(.cancelled, grace: grace)
        case .hurried(let left):
            return stopReason == nil ? [] : hurry(left)
        }
    }

    private mutating func stop(_ reason: StopReason, grace: Duration) -> [Effect] {
        stopReason = reason
        return [.terminate, .setTimer(grace)]
    }

    private mutating func hurry(_ left: Duration) -> [Effect] {
        guard !wasKilled else { return [] }
        wasHurried = true
        return [.shortenTimer(left)]
    }

    /// What is left of the group is killed when it was being stopped or holds the output. What
    /// has closed the output was sent to the background on purpose, and is let go.
    private mutating func finish() -> [Effect] {
        isFinished = true
        return stopReason != nil || !outputHasEnded ? [.kill, .finish] : [.finish]
    }
}
