import Logging
import MessageHandling
import SQS
import SubscriberEngine

/// Says in the log what the engine of one queue reports.
struct ReportLog: Sendable {
    /// Lines about single messages.
    private let messages: Logger
    /// Everything else: never left out.
    private let service: Logger

    init(queue: String, messages: MessageLog, service: Logger) {
        var limited = messages.logger
        var plain = service
        limited[metadataKey: "queue"] = .string(queue)
        plain[metadataKey: "queue"] = .string(queue)
        self.messages = limited
        self.service = plain
    }

    func log(_ report: Report) {
        switch report {
        case .handled(let run): log(run)
        case .outcomeDiscarded(let run): discarded(run)
        case .retryScheduled, .delayCapped, .groupStalled, .groupMoves, .rejected,
            .deadLetterFailed, .leaseLost, .deleteFailed,
            .deletedWithoutRun, .unmatched:
            logMessage(report)
        case .released, .troubleBegan, .troubleChanged, .troubleEnded, .troubleForgotten,
            .gateTripped, .gateExplained, .gateRecovered, .gateLifted, .handlerSlowed,
            .handlerRecovered,
            .visibilityTimeout, .visibilityTimeoutAssumed:
            logService(report)
        case .drainBegan, .handlersCancelled, .handlersAbandoned, .drainEnded:
            logDrain(report)
        }
    }
}

extension ReportLog {
    private func log(_ run: HandledMessage) {
        let (level, event, outcome, text) = Self.wording(of: run)
        messages.log(
            level: level, "\(text)",
            metadata: Self.fields(of: run, event: event, outcome: outcome))
    }

    private static func wording(
        of run: HandledMessage
    ) -> (Logger.Level, EventID, outcome: String, text: String) {
        let time = run.duration.readable
        switch run.result {
        case .outcome(.done):
            return (.info, .messageHandled, "done", "Handled in \(time)")
        case .outcome(.retry(let delay)):
            let when = delay.map { " in \($0.readable)" } ?? ""
            return (.warning, .messageReturned, "retry", "To be retried\(when), after \(time)")
        case .failed(after: let delay):
            return (
                .warning, .messageReturned, "retry",
                "Failed after \(time), to be retried in \(delay.readable)"
            )
        case .outcome(.reject(let reason)):
            return (.warning, .messageRejected, "reject", "Rejected after \(time): \(reason)")
        case .threw(let error):
            return (.warning, .messageReturned, "retry", "Failed after \(time): \(error)")
        case .unavailable(let reason):
            return (.warning, .messageReturned, "retry", "Not handled: \(reason)")
        case .cancelled:
            return (.notice, .messageReturned, "cancelled", "Cancelled after \(time)")
        }
    }

    private func discarded(_ run: HandledMessage) {
        let (_, _, outcome, text) = Self.wording(of: run)
        messages.warning(
            """
            The outcome came too late and does not count, the message was no longer ours: \(text)
            """, metadata: Self.fields(of: run, event: .outcomeDiscarded, outcome: outcome))
    }

    private static func fields(
        of run: HandledMessage, event: EventID, outcome: String
    ) -> Logger.Metadata {
        var fields: Logger.Metadata = [
            "event_id": .string(event.rawValue),
            "message_id": .string(run.messageID),
            "handler": .string(run.handler),
            "receive_count": .stringConvertible(run.receiveCount),
            "outcome": .string(outcome),
            "duration_usec": .stringConvertible(run.duration.microseconds),
        ]
        if let group = run.group { fields["message_group_id"] = .string(group) }
        return fields
    }
}

extension ReportLog {
    private func logMessage(_ report: Report) {
        switch report {
        case .retryScheduled(let id, let count, let delay?):
            message(.debug, .messageReturned, id, "Comes back in \(delay.readable) (\(count))")
        case .delayCapped(let id, let asked, let granted):
            message(
                .warning, .messageReturned, id,
                """
                A delay of \(asked.readable) was asked for, and cut to \(granted.readable): SQS \
                hides a message for 12 hours at most
                """)
        case .groupStalled(let stall):
            messages.warning(
                "Message group \(stall.group) does not move on: \(stall.explanation)",
                metadata: Self.fields(.groupStalled, stall.group, stall.messageID))
        case .groupMoves(let group, let after):
            messages.notice(
                "Message group \(group) moves on after \(after.readable)",
                metadata: Self.fields(.groupMoves, group))
        case .rejected(let id, let reason, deadLettered: true):
            message(.notice, .messageRejected, id, "Sent to the dead-letter queue: \(reason)")
        case .rejected(let id, let reason, deadLettered: false):
            message(
                .warning, .messageRejected, id,
                """
                Left to the queue's redrive policy, for no dead_letter_queue is set: \(reason)
                """)
        case .deadLetterFailed(let id, let error):
            message(
                .error, .messageRejected, id,
                "The dead-letter queue did not take the message; it comes back: \(error)")
        case .leaseLost(let id, let loss, .deleting):
            message(
                .warning, .deleteFailed, id,
                """
                Handled, but not deleted, and no longer ours (\(loss.explanation)); it is deleted \
                when it comes back
                """)
        case .leaseLost(let id, let loss, let work):
            message(
                .warning, .leaseLost, id,
                "The message is no longer ours (\(loss.explanation)); \(work.consequence)")
        case .deleteFailed(let id, let error):
            message(
                .warning, .deleteFailed, id,
                "Handled, but not deleted; it is deleted when it comes back: \(error)")
        case .deletedWithoutRun(let id):
            message(.notice, .messageHandled, id, "Came back although handled before: deleted")
        case .unmatched(let count, let id, let policy):
            message(
                .warning, .messageUnmatched, id,
                "\(count) messages matched no handler (unmatched = \"\(policy.rawValue)\")")
        default: break
        }
    }

    private static func fields(
        _ event: EventID, _ group: String, _ messageID: String? = nil
    ) -> Logger.Metadata {
        var fields: Logger.Metadata = [
            "event_id": .string(event.rawValue), "message_group_id": .string(group),
        ]
        if let messageID { fields["message_id"] = .string(messageID) }
        return fields
    }

    private func message(_ level: Logger.Level, _ event: EventID, _ id: String, _ text: String) {
        messages.log(
            level: level, "\(text)",
            metadata: ["event_id": .string(event.rawValue), "message_id": .string(id)])
    }

    private func logService(_ report: Report) {
        switch report {
        case .released(let count, let cause):
            say(.info, .messagesReleased, "\(count) messages released: \(cause.explanation)")
        case .troubleBegan(let activity, let error):
            say(.warning, .serviceTroubled, "\(activity.words) fails; it is retried: \(error)")
        case .troubleChanged(let activity, let error):
            say(.warning, .serviceTroubled, "\(activity.words) now fails otherwise: \(error)")
        case .troubleEnded(let activity, let after, let failures):
            say(
                .notice, .serviceRecovered,
                "\(activity.words) works again after \(after.readable), \(failures) failures")
        case .troubleForgotten(let activity, let after, let failures):
            say(
                .notice, .serviceRecovered,
                """
                \(activity.words) failed \(failures.counted("time")), first \(after.readable) ago, \
                and was not needed since; whether it works now shows when it is
                """)
        case .gateTripped(let handler, let reason, let others):
            let names = others.joined(separator: ", ")
            let also = others.isEmpty ? "" : ". The whole queue waits, for \(names) too"
            say(
                .error, .handlerBroken,
                "Receiving stopped, for handler \(handler) cannot work: \(reason)\(also)",
                ["handler": .string(handler)])
        case .gateExplained(let handler, let reason):
            say(
                .error, .handlerBroken, "Handler \(handler) still cannot work: \(reason)",
                ["handler": .string(handler)])
        case .handlerSlowed(let handler, let failures, let isProbing):
            let pace =
                isProbing
                ? "it gets \(FailurePace.probeSize) messages now and then, until one succeeds"
                : "it gets fewer messages at once, until one succeeds"
            say(
                .warning, .handlerBroken,
                "Handler \(handler) has failed \(failures) times in a row: \(pace)",
                ["handler": .string(handler)])
        case .handlerRecovered(let handler, let after):
            say(
                .notice, .handlerRecovered,
                "Handler \(handler) succeeds again after \(after.readable), at its full pace",
                ["handler": .string(handler)])
        case .gateRecovered(let handler, let after):
            say(
                .notice, .handlerRecovered,
                "Handler \(handler) works again after \(after.readable); receiving goes on",
                ["handler": .string(handler)])
        case .gateLifted(let handler, let after):
            say(
                .notice, .handlerRecovered,
                """
                Receiving goes on after \(after.readable): no message comes for handler \
                \(handler), which could not work. Its next message shows whether it can
                """, ["handler": .string(handler)])
        case .visibilityTimeout(let timeout) where timeout < Subscription.shortestVisibilityTimeout:
            service.warning(
                """
                The queue's visibility timeout is \(timeout.components.seconds) s; its messages \
                are received with \(Subscription.shortestVisibilityTimeout.readable), the shortest \
                that can be renewed in time
                """)
        case .visibilityTimeout(let timeout):
            service.debug("The queue's visibility timeout is \(timeout.readable)")
        case .visibilityTimeoutAssumed(let timeout):
            service.notice(
                "The queue's visibility timeout may not be read: \(timeout.readable) is used")
        default: break
        }
    }

    private func logDrain(_ report: Report) {
        switch report {
        case .drainBegan(let running):
            service.info("Draining: \(running.counted("message")) in hand")
        case .handlersCancelled(let count):
            service.warning(
                "Told \(count.counted("handler")) to end: the grace time is over")
        case .handlersAbandoned(let count):
            service.error(
                "Left \(count.counted("handler")) behind that did not end when told to")
        case .drainEnded(let after, let unconfirmed) where unconfirmed > 0:
            service.warning(
                """
                Drained in \(after.readable); the service did not confirm for \
                \(unconfirmed.counted("message")): back after the visibility timeout
                """)
        case .drainEnded(let after, _):
            service.info("Drained in \(after.readable)")
        default: break
        }
    }

    fileprivate func say(
        _ level: Logger.Level, _ event: EventID, _ text: String, _ fields: Logger.Metadata = [:]
    ) {
        var fields = fields
        fields["event_id"] = .string(event.rawValue)
        service.log(level: level, "\(text)", metadata: fields)
    }
}

extension ReportLog {
    func served(url: String, handlers: [String]) {
        say(
            .info, .queueServed,
            "Receiving from \(url) for \(handlers.joined(separator: ", "))")
    }
}
