package import MessageHandling
package import SubscriberConfiguration

/// A handler that a program registered in Swift.
package struct SwiftHandler: Sendable {
    package let name: String
    /// Its own subscription; nil where only files in `handlers.d` use it.
    package let queue: String?
    package let concurrency: Int
    package let handler: any MessageHandler

    package init(name: String, queue: String?, concurrency: Int, handler: any MessageHandler) {
        self.name = name
        self.queue = queue
        self.concurrency = concurrency
        self.handler = handler
    }

    /// What the configuration has to know of it.
    package var registration: HandlerRegistration {
        HandlerRegistration(name: name, queue: queue, concurrency: concurrency)
    }
}
