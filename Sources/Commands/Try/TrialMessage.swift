import AWS
import Calendar
import Daemon
import FoundationEssentials
import MessageHandling
import SQS
import SubscriberConfiguration
import SubscriberEngine

/// The message that a handler is tried on, as its queue would deliver it.
struct TrialMessage {
    let message: Message
    /// What the queue says of itself; empty where it was not asked.
    let attributes: [String: String]
    let source: String
    /// What taking a copy has done to the message in the queue; nil where none was taken.
    let effect: String?

    /// The account of queues whose own is not known.
    private static let unknownAccount = "000000000000"
    /// A long poll asks all of SQS's servers, and an empty queue answers after so long.
    private static let patience = Duration.seconds(2)
    /// How long the message is hidden where its release is not answered.
    private static let hold = Duration.seconds(10)

    init(
        _ given: TrialInput.Given, for subscription: SubscriberConfiguration.SubscriptionSettings,
        over connection: ServiceConnection
    ) async throws {
        switch given {
        case .message(let message, let source):
            self.init(Self.delivered(message, by: subscription.queue), source: source)
        case .waiting:
            self = try await Self.copy(of: subscription, over: connection.service)
        }
    }

    private init(
        _ message: Message, attributes: [String: String] = [:], source: String,
        effect: String? = nil
    ) {
        self.message = message
        self.attributes = attributes
        self.source = source
        self.effect = effect
    }

    func headline(for handler: SubscriberConfiguration.HandlerSettings) -> String {
        """
        \(handler.name) gets \(message.id) of \(message.queue.name): \
        \(message.body.utf8.count.counted("byte")), receive \(message.receiveCount), from \(source)
        """ + (effect.map { "\n\($0)" } ?? "")
    }

    /// The message with what a queue adds where it is not given.
    private static func delivered(_ message: Message, by reference: QueueReference) -> Message {
        let now = String(Int64(Date().timeIntervalSince1970 * 1_000))
        var system = [
            "ApproximateReceiveCount": "1", "SentTimestamp": now,
            "ApproximateFirstReceiveTimestamp": now, "SenderId": unknownAccount,
        ]
        let id = message.id.isEmpty ? UUID().uuidString.lowercased() : message.id
        if reference.isFIFO {
            system["MessageGroupId"] = "try"
            system["MessageDeduplicationId"] = id
            system["SequenceNumber"] = "1"
        }
        let account = reference.accountID ?? unknownAccount
        return Message(
            id: id, receiptHandle: "try", body: message.body, attributes: message.attributes,
            systemAttributes: system.merging(message.systemAttributes) { $1 },
            queue: Queue(
                name: reference.name,
                url: reference.url ?? "http://127.0.0.1/\(account)/\(reference.name)",
                arn: reference.arn))
    }

    // MARK: A copy of a message that waits

    private static func copy(
        of subscription: SubscriberConfiguration.SubscriptionSettings,
        over service: any QueueService
    ) async throws -> TrialMessage {
        let open = try await QueueOpener(service: service).open(subscription)
        let received = try await service.receive(
            ReceiveRequest(
                queue: open.queue, maximumMessages: 1, waitTime: patience,
                visibilityTimeout: hold))
        guard let message = received.first else {
            throw CommandFailure(
                .inputMissing,
                "no message of \(open.queue.name) is visible; nothing was changed")
        }
        var failure: SQSError?
        do throws(SQSError) {
            let entry = VisibilityEntry(
                id: "0", receiptHandle: message.receiptHandle, timeout: .zero)
            failure = try await service.changeVisibility([entry], in: open.queue.url)
                .failed.values.first
        } catch {
            failure = error
        }
        return TrialMessage(
            message, attributes: open.attributes, source: "the queue",
            effect: effect(on: message, of: open, failure))
    }

    private static func effect(
        on message: Message, of open: OpenQueue, _ failure: SQSError?
    ) -> String {
        let release =
            failure.map { "could not be released (\($0)): it is back in \(hold.readable)" }
            ?? "released"
        let count = message.receiveCount
        let text = "the message was received and \(release); its receive count is now \(count)"
        guard let maximum = QueueAttributes(open.attributes)?.maximumReceives else {
            return text + "; no redrive policy counts it"
        }
        return text + " of \(maximum)"
            + (count >= maximum
                ? ", so that the next receive moves it to the dead-letter queue" : "")
    }
}
