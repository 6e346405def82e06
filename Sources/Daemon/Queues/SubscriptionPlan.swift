import AWS
import HandlerLibrary
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
    /// All names that are known to mean the queue.
    let names: Set<String>
    /// What the queue is called where people and Prometheus tell it from others: its name, or the
    /// whole reference where another account or region has one of that name.
    let name: String

    /// - Parameters:
    ///   - hasNamesake: whether the configuration has another queue of that name.
    ///   - names: other names of the queue than its own.
    init(
        _ settings: SubscriberConfiguration.SubscriptionSettings, handlers: [RegisteredHandler],
        intake: QueueIntake?, hasNamesake: Bool = false, names: Set<String> = []
    ) {
        self.settings = settings
        name = hasNamesake ? settings.queue.text : settings.queue.name
        self.handlers = handlers
        self.intake = intake
        self.names = names.union([settings.queue.text])
    }

    /// One queue has one subscription; the text of its reference tells it from the others.
    var key: String { settings.queue.text }

    /// Whether a handler may fail for a message: where a body cannot be written out, it is not the
    /// message that is to blame.
    var mayFail: Bool {
        !settings.handlers.allSatisfy { $0.kind.settings is JournalSettings }
    }

    func engineSettings(deadLetterQueue: Queue?) -> QueueSettings {
        var queue = settings.options.engine
        queue.deadLetterQueueURL = deadLetterQueue?.url
        return queue
    }
}

extension RegisteredHandler {
    /// A handler of a configuration file.
    init(_ settings: SubscriberConfiguration.HandlerSettings, handler: any Handler) {
        self.init(
            name: settings.name, handler: handler, concurrency: settings.messagesAtOnce,
            policy: settings.policy, isSelective: settings.match != nil || settings.isFallback)
    }
}
