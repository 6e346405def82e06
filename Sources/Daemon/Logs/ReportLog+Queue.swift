import Calendar
import Logging
import SQS
import SubscriberEngine

/// What happens to the queue as a whole.
extension ReportLog {
    func served(url: String, handlers: [String]) {
        say(.info, .queueServed, "receiving from \(url) for \(handlers.joined(separator: ", "))")
    }

    func failuresComeBack(for retention: Duration?) {
        let time = retention.map { ", for \($0.readable)" } ?? ""
        say(
            .warning, nil,
            """
            it has neither a redrive policy nor dead_letter_queue: a message that is rejected or \
            fails always comes back until it expires\(time). Give it one of the two
            """)
    }

    func released(_ count: Int, _ cause: ReleaseCause) {
        say(
            .info, .messagesReleased,
            "\(count.counted("message")) made visible again: \(cause.explanation)")
    }

    func visibilityTimeout(_ timeout: Duration) {
        guard timeout < Subscription.shortestVisibilityTimeout else {
            return say(.debug, nil, "its visibility timeout is \(timeout.readable)")
        }
        say(
            .warning, nil,
            """
            its visibility timeout is \(timeout.components.seconds) s; its messages are received \
            with \(Subscription.shortestVisibilityTimeout.readable), the shortest that can be \
            renewed in time
            """)
    }

    func visibilityTimeoutAssumed(_ timeout: Duration) {
        say(
            .notice, nil, "its visibility timeout may not be read: \(timeout.readable) is used")
    }
}

/// Calls to SQS that fail.
extension ReportLog {
    func troubleBegan(_ activity: Activity, _ error: SQSError) {
        say(.warning, .serviceTroubled, "\(activity.words) fails; it is retried: \(error.advised)")
    }

    func troubleChanged(_ activity: Activity, _ error: SQSError) {
        say(.warning, .serviceTroubled, "\(activity.words) now fails otherwise: \(error.advised)")
    }

    func troubleEnded(_ activity: Activity, _ time: Duration, _ failures: Int) {
        say(
            .notice, .serviceRecovered,
            """
            \(activity.words) works again after \(time.readable), \(failures.counted("failure"))
            """)
    }

    func troubleForgotten(_ activity: Activity, _ time: Duration, _ failures: Int) {
        say(
            .notice, .serviceRecovered,
            """
            \(activity.words) failed \(failures.counted("time")), first \(time.readable) ago, and \
            was not needed since; whether it works now shows when it is
            """)
    }
}

/// Handlers that cannot work.
extension ReportLog {
    func gateTripped(_ handler: String, _ reason: String, _ others: [String]) {
        let names = others.joined(separator: ", ")
        let also = others.isEmpty ? "" : ". The whole queue waits, for \(names) too"
        say(
            .error, .handlerBroken,
            "receiving stopped, for this handler cannot work: \(reason)\(also)", handler: handler)
    }

    func gateExplained(_ handler: String, _ reason: String) {
        say(.error, .handlerBroken, "this handler still cannot work: \(reason)", handler: handler)
    }

    func handlerSlowed(_ handler: String, _ failures: Int, _ isProbing: Bool) {
        let pace =
            isProbing
            ? "it gets \(FailurePace.probeSize) messages every 5 s at most, until one succeeds"
            : "it gets fewer messages at once, until one succeeds"
        say(
            .warning, .handlerBroken, "\(failures) failures in a row and no success: \(pace)",
            handler: handler)
    }

    func handlerRecovered(_ handler: String, _ time: Duration) {
        say(
            .notice, .handlerRecovered,
            "the handler succeeds again after \(time.readable), and gets as much as before",
            handler: handler)
    }

    func gateRecovered(_ handler: String, _ time: Duration) {
        say(
            .notice, .handlerRecovered,
            "the handler works again after \(time.readable); receiving goes on", handler: handler)
    }

    func gateLifted(_ handler: String, _ time: Duration) {
        say(
            .notice, .handlerRecovered,
            """
            receiving goes on after \(time.readable): no message comes for this handler, which \
            could not work. Its next message shows whether it can
            """, handler: handler)
    }
}

/// The stop.
extension ReportLog {
    func drainBegan(_ running: Int) {
        say(.info, nil, "draining, \(running.counted("message")) in hand")
    }

    func drainCalledOff(_ running: Int) {
        let more = running > 0 ? ", beside \(running.counted("handler")) of before" : ""
        say(.info, nil, "served again\(more)")
    }

    func handlersCancelled(_ count: Int) {
        say(.warning, nil, "told \(count.counted("handler")) to end: the grace time is over")
    }

    func handlersAbandoned(_ count: Int) {
        say(.error, nil, "left \(count.counted("handler")) behind that did not end when told to")
    }

    func drainEnded(_ time: Duration, _ unconfirmed: Int) {
        guard unconfirmed > 0 else { return say(.info, nil, "drained in \(time.readable)") }
        say(
            .warning, nil,
            """
            drained in \(time.readable); the service did not confirm for \
            \(unconfirmed.counted("message")): back after the visibility timeout
            """)
    }
}
