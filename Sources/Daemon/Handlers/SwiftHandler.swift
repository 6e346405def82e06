package import MessageHandling
import SubscriberEngine

/// A handler that a program registered in Swift, for one queue.
package struct SwiftHandler: Sendable {
    /// As the program named it: a name, a URL or an ARN.
    package let queue: String
    package let name: String
    package let concurrency: Int
    package let handler: any MessageHandler

    package init(queue: String, name: String, concurrency: Int, handler: any MessageHandler) {
        self.queue = queue
        self.name = name
        self.concurrency = concurrency
        self.handler = handler
    }

    var registered: RegisteredHandler {
        RegisteredHandler(name: name, handler: handler, concurrency: concurrency)
    }
}
