import AWS
import HandlerLibrary
import MessageHandling
import SubscriberConfiguration
import SubscriberEngine

/// What a configuration wants of one queue, in the engine's terms.
struct SubscriptionPlan: Sendable {
    let settings: SubscriberConfiguration.SubscriptionSettings
    let handlers: [RegisteredHandler]
    let matcher: HandlerMatcher?
    let disposal: DisposalFinder?

    init(
        _ settings: SubscriberConfiguration.SubscriptionSettings, handlers: [RegisteredHandler],
        matcher: HandlerMatcher?, disposal: DisposalFinder?
    ) {
        self.settings = settings
        self.handlers = handlers
        self.matcher = matcher
        self.disposal = disposal
    }

    /// One queue has one subscription; the text of its reference tells it from the others.
    var key: String { settings.queue.text }

    func engineSettings(deadLetterQueue: Queue?) -> QueueSettings {
        var queue = settings.options.engine
        queue.deadLetterQueueURL = deadLetterQueue?.url
        return queue
    }
}

extension RegisteredHandler {
    /// A handler of a configuration file.
    ///
    /// - Parameter gathering: the same, within its wrapping, where it wants to know of the queue.
    init(
        _ settings: SubscriberConfiguration.HandlerSettings, handler: any MessageHandler,
        told gathering: (any GatheringHandler)?
    ) {
        var noteFull: (@Sendable (Bool) async -> Void)?
        if let gathering { noteFull = { await gathering.note(isFull: $0) } }
        self.init(
            name: settings.name, handler: handler, concurrency: settings.messagesAtOnce,
            policy: settings.policy, isFallback: settings.isFallback,
            isSelective: settings.match != nil, noteFull: noteFull)
    }
}
