package import AWS
package import MessageHandling
package import SQS
package import SubscriberConfiguration
import SubscriberEngine

/// Finds a queue and reads what the daemon needs to know of it.
package struct QueueOpener: Sendable {
    package let service: any QueueService

    package init(service: any QueueService) {
        self.service = service
    }

    /// The URL of a queue that was named by its name, URL or ARN.
    package func locate(_ reference: QueueReference) async throws(SQSError) -> Queue {
        let url: String
        if let known = reference.url {
            url = known
        } else {
            // The account goes with an ARN only: a plain name is the caller's own queue.
            let owner = reference.arn == nil ? nil : reference.accountID
            url = try await service.queueURL(named: reference.name, ownerAccountID: owner)
        }
        return Queue(name: reference.name, url: url, arn: reference.arn)
    }

    /// The queue with its attributes, and its dead-letter queue if the settings name one.
    package func open(_ settings: SubscriberConfiguration.SubscriptionSettings)
        async throws(SQSError) -> OpenQueue
    {
        let queue = try await locate(settings.queue)
        let attributes = try await attributes(of: queue, settings: settings)
        var deadLetterQueue: Queue?
        if let reference = settings.deadLetterQueue {
            deadLetterQueue = try await locate(reference)
        }
        return OpenQueue(
            queue: Queue(
                name: queue.name, url: queue.url, arn: attributes["QueueArn"] ?? queue.arn),
            deadLetterQueue: deadLetterQueue,
            attributes: attributes)
    }

    /// A caller that may receive and delete need not be allowed to read attributes, if the
    /// configuration says how long a lease is.
    private func attributes(
        of queue: Queue, settings: SubscriberConfiguration.SubscriptionSettings
    ) async throws(SQSError) -> [String: String] {
        do {
            return try await service.attributes(["All"], of: queue.url)
        } catch {
            guard error.kind == .denied else { throw error }
            guard settings.visibilityTimeout == nil else { return [:] }
            throw SQSError(
                .denied, code: error.code,
                """
                \(error.description) Allow sqs:GetQueueAttributes, or set visibility_timeout in \
                [queues.\(queue.name)].
                """, requestID: error.requestID)
        }
    }
}

/// A queue that has answered.
package struct OpenQueue: Sendable {
    package let queue: Queue
    package let deadLetterQueue: Queue?
    /// The attributes as GetQueueAttributes names them; empty where the caller may not read them.
    package let attributes: [String: String]

    /// Whether a message that is rejected or fails always comes back: no redrive policy takes it
    /// away, and no dead-letter queue of ours. False where that may not be read.
    package var letsFailuresComeBack: Bool {
        !attributes.isEmpty && attributes["RedrivePolicy"] == nil && deadLetterQueue == nil
    }

    /// How long the queue keeps a message; nil where that is not known.
    package var retention: Duration? {
        attributes["MessageRetentionPeriod"].flatMap { Int($0) }.map { .seconds($0) }
    }
}
