import AWS
package import MessageHandling
package import SQS
package import SubscriberConfiguration

/// What is found of one queue of the configuration: for `doctor`, which judges it.
package struct QueueFindings: Sendable {
    package var settings: SubscriberConfiguration.SubscriptionSettings
    package var queue: Result<Queue, SQSError>
    /// The attributes, as GetQueueAttributes names them.
    package var attributes: Result<[String: String], SQSError>
    package var permissions: [QueuePermission]
    package var deadLetterQueues: [DeadLetterFindings]

    package init(
        settings: SubscriberConfiguration.SubscriptionSettings, queue: Result<Queue, SQSError>,
        attributes: Result<[String: String], SQSError>, permissions: [QueuePermission] = [],
        deadLetterQueues: [DeadLetterFindings] = []
    ) {
        self.settings = settings
        self.queue = queue
        self.attributes = attributes
        self.permissions = permissions
        self.deadLetterQueues = deadLetterQueues
    }
}

/// A queue that messages go to when they are not handled.
package struct DeadLetterFindings: Sendable {
    package let name: String
    /// Whether it is the daemon that sends to it, rather than the redrive policy.
    package let isConfigured: Bool
    package let attributes: Result<[String: String], SQSError>
    /// The permission to send, where the daemon does.
    package let permission: QueuePermission?

    package init(
        name: String, isConfigured: Bool, attributes: Result<[String: String], SQSError>,
        permission: QueuePermission? = nil
    ) {
        self.name = name
        self.isConfigured = isConfigured
        self.attributes = attributes
        self.permission = permission
    }
}

/// Whether one operation on a queue is allowed, as far as a call shows that can do nothing.
package struct QueuePermission: Sendable, Equatable {
    package enum Answer: Sendable, Equatable {
        case allowed
        case denied(String)
        /// The service said neither.
        case unknown(String)
        /// A server that is none of AWS's took the invalid receive and gave out messages.
        case received(Int)
    }

    package enum Operation: String, Sendable {
        case receive = "ReceiveMessage"
        case delete = "DeleteMessage"
        case changeVisibility = "ChangeMessageVisibility"
        case send = "SendMessage"
    }

    package let operation: Operation
    package let answer: Answer

    package init(_ operation: Operation, _ answer: Answer) {
        self.operation = operation
        self.answer = answer
    }

    /// AWS looks whether the caller may before it looks at what he wants, so an error about the
    /// call itself says that he may.
    package init(_ operation: Operation, refusedWith error: SQSError) {
        let answer: Answer =
            switch error.kind {
            case .malformed, .leaseLost, .overLimit: .allowed
            case .denied: .denied(error.description)
            case .throttled, .transient, .credentials, .clockSkew, .missing, .cancelled:
                .unknown(error.description)
            }
        self.init(operation, answer)
    }
}

/// Asks a queue what may be done with it, with calls that cannot touch a message.
package struct QueueExaminer: Sendable {
    private let opener: QueueOpener

    package init(_ connection: ServiceConnection) {
        opener = QueueOpener(service: connection.service)
    }

    private var service: any QueueService { opener.service }

    package func examine(
        _ settings: SubscriberConfiguration.SubscriptionSettings
    ) async -> QueueFindings {
        let queue: Queue
        do throws(SQSError) {
            queue = try await opener.locate(settings.queue)
        } catch {
            return QueueFindings(
                settings: settings, queue: .failure(error), attributes: .failure(error))
        }
        let attributes = await attributes(of: queue.url)
        var facts = QueueFindings(
            settings: settings, queue: .success(queue), attributes: attributes)
        if case .failure(let error) = attributes, error.kind == .missing {
            facts.queue = .failure(error)
            return facts
        }
        facts.permissions = [
            await receive(queue), await delete(queue), await changeVisibility(queue),
        ]
        if settings.handlers.contains(where: { !$0.tasks.isEmpty }) {
            facts.permissions.append(await send(to: queue.url))
        }
        facts.deadLetterQueues = await deadLetterQueues(settings, try? attributes.get())
        return facts
    }

    private func attributes(of url: String) async -> Result<[String: String], SQSError> {
        do throws(SQSError) {
            return .success(try await service.attributes(["All"], of: url))
        } catch {
            return .failure(error)
        }
    }

    private func deadLetterQueues(
        _ settings: SubscriberConfiguration.SubscriptionSettings, _ attributes: [String: String]?
    ) async -> [DeadLetterFindings] {
        var found: [DeadLetterFindings] = []
        if let reference = settings.deadLetterQueue {
            found.append(await deadLetterQueue(reference, isConfigured: true))
        }
        let arn = attributes.flatMap(QueueRedrivePolicy.init)?.targetARN
        if let arn, let reference = try? QueueReference(arn) {
            found.append(await deadLetterQueue(reference, isConfigured: false))
        }
        return found
    }

    private func deadLetterQueue(
        _ reference: QueueReference, isConfigured: Bool
    ) async -> DeadLetterFindings {
        do throws(SQSError) {
            let queue = try await opener.locate(reference)
            return DeadLetterFindings(
                name: reference.name, isConfigured: isConfigured,
                attributes: await attributes(of: queue.url),
                permission: isConfigured ? await send(to: queue.url) : nil)
        } catch {
            return DeadLetterFindings(
                name: reference.name, isConfigured: isConfigured, attributes: .failure(error))
        }
    }
}

// MARK: The calls that cannot touch a message

extension QueueExaminer {
    /// No receipt handle of any queue.
    private static let invalidHandle = "sqs-subscriber-doctor"
    /// SQS takes letters, digits, hyphens and underscores (SendMessageBatch, API reference).
    private static let invalidID = "*"
    /// SQS takes 15 minutes at most.
    private static let invalidDelay = Duration.seconds(1_000_000)

    /// Asks for no message at all, where SQS wants one to be asked for; a server that does not mind
    /// has none to give. The visibility timeout of nothing is for one that gives some all the same.
    private func receive(_ queue: Queue) async -> QueuePermission {
        do throws(SQSError) {
            let messages = try await service.receive(
                ReceiveRequest(
                    queue: queue, maximumMessages: 0, waitTime: .zero, visibilityTimeout: .zero))
            return QueuePermission(
                .receive, messages.isEmpty ? .allowed : .received(messages.count))
        } catch {
            return QueuePermission(.receive, refusedWith: error)
        }
    }

    private func delete(_ queue: Queue) async -> QueuePermission {
        let entry = DeleteEntry(id: "0", receiptHandle: Self.invalidHandle)
        return await permission(.delete) { () async throws(SQSError) in
            try await service.delete([entry], from: queue.url).failed["0"]
        }
    }

    private func changeVisibility(_ queue: Queue) async -> QueuePermission {
        let entry = VisibilityEntry(id: "0", receiptHandle: Self.invalidHandle, timeout: .zero)
        return await permission(.changeVisibility) { () async throws(SQSError) in
            try await service.changeVisibility([entry], in: queue.url).failed["0"]
        }
    }

    /// Nothing of the entry can be taken: its id, its body and its delay are invalid.
    private func send(to url: String) async -> QueuePermission {
        let entry = SendEntry(id: Self.invalidID, body: "", delay: Self.invalidDelay)
        return await permission(.send) { () async throws(SQSError) in
            try await service.send([entry], to: url).failed[Self.invalidID]
        }
    }

    private func permission(
        _ operation: QueuePermission.Operation,
        _ call: () async throws(SQSError) -> SQSError?
    ) async -> QueuePermission {
        do throws(SQSError) {
            guard let error = try await call() else { return QueuePermission(operation, .allowed) }
            return QueuePermission(operation, refusedWith: error)
        } catch {
            return QueuePermission(operation, refusedWith: error)
        }
    }
}
