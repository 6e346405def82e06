import AWS
import Intake
import MessageHandling
import SubscriberConfiguration
import SubscriberEngine

/// What a configuration wants of one queue, in the engine's terms.
struct SubscriptionPlan: Sendable {
    let settings: SubscriberConfiguration.SubscriptionSettings
    let handlers: [RegisteredHandler]
    /// Nil where every handler gets every message as it is.
    let intake: QueueIntake?

    init(
        _ settings: SubscriberConfiguration.SubscriptionSettings, handlers: [RegisteredHandler],
        intake: QueueIntake?
    ) {
        self.settings = settings
        self.handlers = handlers
        self.intake = intake
    }

    /// One queue has one subscription; the text of its reference tells it from the others.
    var key: String { settings.queue.text }

    func engineSettings(deadLetterQueue: Queue?) -> QueueSettings {
        QueueSettings(
            visibilityTimeout: settings.visibilityTimeout, maximumPollers: settings.pollers,
            unmatched: settings.unmatched.inEngine, deadLetterQueueURL: deadLetterQueue?.url,
            weight: settings.weight, priority: settings.priority)
    }
}

extension RegisteredHandler {
    /// A handler of a configuration file.
    init(_ settings: SubscriberConfiguration.HandlerSettings, handler: any Handler) {
        self.init(
            name: settings.name, handler: handler, concurrency: settings.messagesAtOnce,
            retry: settings.retry.inEngine, onLeaseLost: settings.onLeaseLost.inEngine,
            messagesPerSecond: settings.messagesPerSecond,
            isSelective: settings.match != nil || settings.isFallback)
    }
}

extension SubscriberConfiguration.RetrySettings {
    fileprivate var inEngine: RetryPolicy {
        switch self {
        case .visibilityTimeout: .visibilityTimeout
        case .exponential(let initial, let maximum):
            .exponential(initial: initial, maximum: maximum)
        case .list(let delays): .delays(delays)
        }
    }
}

extension SubscriberConfiguration.LeaseLostPolicy {
    fileprivate var inEngine: SubscriberEngine.LeaseLostPolicy {
        switch self {
        case .cancel: .cancel
        case .continue: .continue
        }
    }
}

extension SubscriberConfiguration.UnmatchedPolicy {
    fileprivate var inEngine: SubscriberEngine.UnmatchedPolicy {
        switch self {
        case .leave: .leave
        case .delete: .delete
        case .reject: .reject
        }
    }
}
