import AWS
package import HandlerLibrary
import Intake
import Logging
package import MessageHandling
import S3
package import SQS
package import SubscriberConfiguration
package import SubscriberEngine

/// One run of one handler of the configuration on one message, by the daemon's own parts: intake,
/// handler, driver and engine. The queue alone is a stand-in, so that none is touched.
///
/// A payload in S3 is fetched, and stays there whatever the configuration says.
package struct HandlerTrial: Sendable {
    /// What is tried.
    package struct Subject: Sendable {
        package let handler: SubscriberConfiguration.HandlerSettings
        package let subscription: SubscriberConfiguration.SubscriptionSettings
        package let message: Message
        /// The queue's attributes as GetQueueAttributes names them; empty where nobody asked.
        package let attributes: [String: String]

        package init(
            _ handler: SubscriberConfiguration.HandlerSettings,
            of subscription: SubscriberConfiguration.SubscriptionSettings, message: Message,
            attributes: [String: String]
        ) {
            self.handler = handler
            self.subscription = subscription
            self.message = message
            self.attributes = attributes
        }

        /// The lease of the message, where configuration or queue say how long it is.
        package var visibilityTimeout: Duration? {
            subscription.visibilityTimeout ?? QueueAttributes(attributes)?.visibilityTimeout
        }
    }

    /// What came of it.
    package struct Result: Sendable {
        package let run: HandledMessage
        /// The message as it would be sent to the dead-letter queue; nil where it would not.
        package let deadLetter: SendEntry?
    }

    /// A new queue's visibility timeout (CreateQueue in the SQS API reference), for where nobody
    /// said another.
    package static let assumedVisibilityTimeout = Duration.seconds(30)
    /// The stand-in answers at once: what is left after a run takes no time.
    private static let grace = Duration.seconds(5)

    private let driver: SubscriptionDriver
    private let queue: LoneMessageQueue
    private let handlers: HandlerSet
    private let reports: AsyncStream<HandledMessage>
    private let arrivals: AsyncStream<HandledMessage>.Continuation
    private let clock = NetworkClock()

    /// - Parameters:
    ///   - setup: whose environment and configuration count; its logger gets what the handler
    ///     logs.
    ///   - connection: for handlers that are given credentials, and for payloads in S3.
    ///   - bodies: where `[journal]` writes.
    package init(
        _ subject: Subject, setup: Daemon.Setup, connection: ServiceConnection,
        bodies: any BodyOutput
    ) {
        (reports, arrivals) = AsyncStream<HandledMessage>.makeStream()
        var handlers = HandlerSet(
            setup, connection: connection, logger: setup.logger, bodies: bodies)
        let handler = handlers.handler(for: subject.handler)
        self.handlers = handlers
        queue = LoneMessageQueue(subject.message, attributes: subject.answers)
        let settings = subject.subscription
        let plan = SubscriptionPlan(settings, handlers: [], intake: nil)
        driver = SubscriptionDriver(
            queue: subject.message.queue,
            settings: plan.engineSettings(
                deadLetterQueue: settings.deadLetterQueue.map {
                    Queue(name: $0.name, url: $0.url ?? $0.name, arn: $0.arn)
                }),
            handlers: [RegisteredHandler(subject.handler, handler: handler)],
            intake: SoleTaker(subject, objects: connection.objects, logger: setup.logger),
            start: SubscriptionDriver.Start(
                attributes: QueueAttributes(subject.answers),
                seed: UInt64.random(in: .min ... .max)),
            context: SubscriptionDriver.Context(
                service: queue, slots: SlotPool(slots: 1), workers: WorkerPool(lanes: 1),
                clock: clock, logger: setup.logger),
            listeners: SubscriptionDriver.Listeners(
                report: { [arrivals] report, _ in
                    if case .handled(let run) = report { arrivals.yield(run) }
                }))
    }

    /// Returns when the handler is over with the message and has ended what it started; nil where
    /// ``cancel()`` was before that.
    package func run() async -> Result? {
        let serving = Task {
            await driver.run()
            arrivals.finish()
        }
        var run: HandledMessage?
        for await handled in reports {
            run = handled
            break
        }
        driver.stop(graceUntil: clock.now() + Self.grace)
        await serving.value
        await handlers.shutDown()
        return run.map { Result(run: $0, deadLetter: queue.sent) }
    }

    /// Ends the handler as a second SIGTERM of the daemon does.
    package func cancel() {
        driver.stopNow()
    }
}

extension HandlerTrial.Subject {
    fileprivate var answers: [String: String] {
        let (seconds, _) = HandlerTrial.assumedVisibilityTimeout.components
        return attributes.isEmpty ? ["VisibilityTimeout": String(seconds)] : attributes
    }
}

/// The intake of a queue all of whose handlers but one are left out.
private struct SoleTaker: MessageIntake {
    private let intake: QueueIntake
    /// The handler's among those of the queue.
    private let place: Int?

    init(_ subject: HandlerTrial.Subject, objects: S3Client, logger: Logger) {
        place = subject.subscription.handlers.firstIndex(of: subject.handler)
        intake = QueueIntake(
            subject.subscription,
            payloads: PayloadStore(
                client: objects, limit: subject.subscription.payloadLimit, deletes: false,
                logger: logger))
    }

    func arrival(of message: Message) async -> Arrival {
        let arrival = intake.arrival(of: message)
        let isTaken = place.map(arrival.takers.contains) ?? false
        return Arrival(message, takers: isTaken ? [0] : [], content: arrival.content)
    }

    func checkAvailability() async throws(HandlerUnavailable) {
        try await intake.checkAvailability()
    }
}
