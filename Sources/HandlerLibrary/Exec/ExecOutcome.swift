internal import Calendar
internal import MessageHandling

/// What the end of a handler's program means for its message.
package enum ExecOutcome {
    /// `EX_DATAERR`, sysexits(3): the message itself is bad and will not get better.
    package static let rejectStatus: Int32 = 65
    /// `EX_TEMPFAIL`, sysexits(3): try again. So does every other status; this one says so.
    package static let retryStatus: Int32 = 75

    /// A program that was told to end has not handled its message, whatever its status: it may
    /// have caught SIGTERM and left cleanly in the middle of its work.
    ///
    /// The reason is a clause that the program is the subject of, but for a rejection: that one
    /// goes with the message to the dead-letter queue.
    package static func finding(
        of ending: ChildEnding, limits: ChildLimits, rejectStatuses: [Int] = [Int(rejectStatus)]
    ) -> Finding {
        switch (ending.stopReason, ending.status) {
        case (.timeout, _):
            return .retry(
                "still running after \(limits.timeout.readable) (timeout), "
                    + stop(ending, limits))
        case (.cancelled, _):
            return .retry("cancelled, " + stop(ending, limits))
        case (nil, .exited(0)): return .done
        case (nil, .exited(let status)) where rejectStatuses.contains(Int(status)):
            let name = status == rejectStatus ? " (EX_DATAERR)" : ""
            return .reject("the program rejected the message with exit status \(status)\(name)")
        case (nil, .exited(retryStatus)):
            return .retry("exit status \(retryStatus) (EX_TEMPFAIL)")
        case (nil, let status):
            return .retry(status.clause)
        }
    }

    /// Signals reach the process group; what has left it is not spoken of.
    private static func stop(_ ending: ChildEnding, _ limits: ChildLimits) -> String {
        guard ending.wasKilled else { return "its process group was terminated" }
        let time =
            ending.wasHurried
            ? "before another host can be given the message"
            : "\(limits.killGrace.readable) later"
        return "its process group was terminated, and killed \(time)"
    }
}
