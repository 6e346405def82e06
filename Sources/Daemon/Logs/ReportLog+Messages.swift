import Calendar
import Glibc
import HandlerLibrary
import Logging
import SQS
import SubscriberEngine

/// What becomes of messages apart from their runs.
extension ReportLog {
    /// The end of the run has told it already.
    func comesBack(_ id: String, _ receiveCount: Int, _ delay: Duration?) {
        let when = delay.map { "in \($0.readable)" } ?? "when its visibility timeout is over"
        say(.debug, .messageReturned, of: id, "back \(when), after receive \(receiveCount)")
    }

    func delayCapped(_ id: String, _ asked: Duration, _ granted: Duration) {
        say(
            .warning, .messageReturned, of: id,
            """
            a delay of \(asked.readable) was asked for, and cut to \(granted.readable): SQS hides \
            a message for 12 hours at most
            """)
    }

    /// The end of the run has told it already, and ``sent(_:)`` tells the new id.
    func rejected(_ id: String, _ reason: String, _ isDeadLettered: Bool) {
        let place =
            isDeadLettered
            ? "is in the dead-letter queue"
            : "is left to the queue's redrive policy, for no dead_letter_queue is set"
        say(.debug, .messageRejected, of: id, "\(place): \(reason)")
    }

    /// What dead letters say of this host, and that they are told of.
    ///
    /// - Parameter history: is told, too.
    func deadLetterOffice(_ history: MessageHistory?) -> DeadLetterOffice {
        DeadLetterOffice(
            host: ProcessEnvironment.hostName,
            time: { CivilTime(seconds: time(nil)).iso8601 },
            sent: { letter in
                history?.note(letter, of: queue)
                sent(letter)
            })
    }

    /// A rejected message has another id in the dead-letter queue.
    func sent(_ letter: SentDeadLetter) {
        // Where a handler rejected it, the end of its run has told the reason.
        let reason = letter.handler == nil ? ": \(letter.reason)" : ""
        let fields: Logger.Metadata = [
            "dead_letter_queue": .string(letter.queue),
            "dead_letter_id": .string(letter.newMessageID),
            "receive_count": .stringConvertible(letter.receiveCount),
        ]
        about(letter.traceID).say(
            .notice, .messageRejected, of: letter.messageID,
            "sent to \(letter.queue) as \(letter.newMessageID)\(reason)",
            handler: letter.handler, fields)
    }

    func deadLetterFailed(_ id: String, _ error: SQSError) {
        say(
            .error, .messageRejected, of: id,
            "the dead-letter queue did not take the message; it comes back: \(error)")
    }

    func leaseLost(_ id: String, _ loss: LeaseLoss, _ work: LostWork) {
        let (event, text): (EventID, String) =
            switch work {
            case .deleting:
                (
                    .deleteFailed,
                    """
                    done, but not deleted, and no longer ours (\(loss.explanation)); it is deleted \
                    when it comes back
                    """
                )
            case .waiting, .cancelled, .continuing, .deadLettering, .returning:
                (.leaseLost, "no longer ours (\(loss.explanation)); \(work.consequence)")
            }
        say(.warning, event, of: id, text, ["outcome": "lost"])
    }

    func deleteFailed(_ id: String, _ error: SQSError) {
        say(
            .warning, .deleteFailed, of: id,
            "done, but not deleted; it is deleted when it comes back: \(error)")
    }

    func deletedWithoutRun(_ id: String) {
        say(.notice, .messageHandled, of: id, "came back although it was done: deleted")
    }

    func unmatched(_ count: Int, _ id: String, _ policy: UnmatchedPolicy) {
        let which = count == 1 ? "matched" : "the last of \(count.counted("message")) that matched"
        say(
            .warning, .messageUnmatched, of: id,
            "\(which) no handler (unmatched = \"\(policy.rawValue)\")")
    }

    func groupStalled(_ stall: GroupStall) {
        say(
            .warning, .groupStalled, of: stall.messageID,
            "message group \(stall.group) does not move on: \(stall.explanation)",
            ["message_group_id": .string(stall.group)])
    }

    func groupMoves(_ group: String, _ time: Duration) {
        say(
            .notice, .groupMoves, of: nil,
            "message group \(group) moves on after \(time.readable)",
            ["message_group_id": .string(group)])
    }
}
