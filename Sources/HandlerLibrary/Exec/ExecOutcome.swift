internal import MessageHandling

/// What the end of a handler's program means for its message.
package enum ExecOutcome {
    /// `EX_DATAERR`, sysexits(3): the message itself is bad and will not get better.
    package static let rejectStatus: Int32 = 65
    /// `EX_TEMPFAIL`, sysexits(3): try again. So does every other status; this one says so.
    package static let retryStatus: Int32 = 75

    /// A program that was told to end has not handled its message, whatever its status: it may
    /// have caught SIGTERM and left cleanly in the middle of its work.
    package static func verdict(
        of ending: ChildEnding, limits: ChildLimits, rejectStatuses: Set<Int32> = [rejectStatus]
    ) -> Verdict {
        let time =
            ending.wasHurried
            ? "before another host can be given the message" : "\(limits.killGrace) later"
        let after = ending.wasKilled ? ", and killed \(time)" : ""
        switch (ending.stopReason, ending.status) {
        case (.timeout, _):
            return .retry(
                "the program was still running after \(limits.timeout) (timeout); "
                    + "its process group was terminated\(after)")
        case (.cancelled, _):
            return .retry(
                "the program's process group was terminated\(after): handling it was "
                    + "cancelled")
        case (nil, .exited(0)): return .done
        case (nil, .exited(let status)) where rejectStatuses.contains(status):
            let name = status == rejectStatus ? " (EX_DATAERR)" : ""
            return .reject("the program rejected the message with exit status \(status)\(name)")
        case (nil, .exited(retryStatus)):
            return .retry("the program asked for a retry with exit status 75 (EX_TEMPFAIL)")
        case (nil, let status):
            return .retry("the program failed with \(status)")
        }
    }
}
