import HandlerLibrary
public import Logging
public import MessageHandling
import SubscriberEngine

/// Runs a handler as the daemon would, without a queue: for the tests of a handler.
///
/// ```swift
/// let tester = HandlerTester(OrderHandler())
/// #expect(await tester.handle(.test(body: "{}")) == .outcome(.reject(reason: "no order")))
/// ```
///
/// What it leaves out is the queue: nothing is deleted, and nothing comes back. To see a handler
/// cancelled, give it a timeout, or cancel the task that calls ``handle(_:)``.
public struct HandlerTester: Sendable {
    /// What the daemon makes of one run.
    public enum Result: Sendable, Equatable {
        /// The handler returned.
        case outcome(Outcome)
        /// The handler threw, which counts as a retry. What it threw, as text.
        case threw(String)
        /// The handler threw ``HandlerUnavailable``: receiving pauses, and the message comes back.
        case unavailable(String)
        /// The task was cancelled: whatever the handler returned, the message comes back.
        case cancelled
    }

    private let handler: RegisteredHandler
    private let logger: Logger

    /// - Parameters:
    ///   - name: what the handler sees as its name.
    ///   - timeout: as in a file's `[swift]`: the handler is cancelled after it, which is a retry.
    ///     Nil for as long as SQS lets a message be held.
    ///   - logger: gets what the handler logs, with the message's fields.
    ///   - noteExtension: called at each `HandlerContext.extend(by:)`, with what it asks for.
    public init(
        _ handler: any MessageHandler, name: String = "test",
        timeout: Duration? = nil, logger: Logger = Logger(label: "test"),
        noteExtension: (@Sendable (Duration) -> Void)? = nil
    ) {
        let limited = TimeLimitedHandler(
            handler, timeout: timeout, noteExtension: noteExtension)
        self.handler = RegisteredHandler(name: name, handler: limited, concurrency: 1)
        self.logger = logger
    }

    public func handle(_ message: Message) async -> Result {
        switch await handler.run(Arrival(message), logger) {
        case .outcome(let outcome): .outcome(outcome)
        case .threw(let description): .threw(description)
        case .failed(after: let delay): .outcome(.retry(after: delay))
        case .unavailable(let description): .unavailable(description)
        case .cancelled: .cancelled
        }
    }
}

extension Message {
    /// A message as SQS might deliver it, for the tests of a handler.
    public static func test(
        id: String = "00000000-0000-4000-8000-000000000000", body: String,
        attributes: [String: MessageAttribute] = [:], receiveCount: Int = 1,
        messageGroupID: String? = nil, queue: String = "test"
    ) -> Message {
        var system = [
            "ApproximateReceiveCount": String(receiveCount), "SentTimestamp": "1700000000000",
            "ApproximateFirstReceiveTimestamp": "1700000000100",
        ]
        system["MessageGroupId"] = messageGroupID
        return Message(
            id: id, receiptHandle: "test", body: body, attributes: attributes,
            systemAttributes: system,
            queue: Queue(name: queue, url: "http://127.0.0.1/000000000000/\(queue)"))
    }
}
