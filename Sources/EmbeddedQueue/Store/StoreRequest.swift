package import SQS

/// One outstanding request. The answer comes back under the same id; ids are never used twice.
package struct CallerID: Hashable, Sendable {
    package var number: UInt64

    package init(_ number: UInt64) {
        self.number = number
    }
}

/// What a client may ask of the store. Queues are named by their names, never by URLs.
package enum StoreRequest: Sendable {
    case createQueue(name: String, settings: [QueueSetting] = [], tags: [String: String] = [:])
    case deleteQueue(String)
    /// GetQueueUrl: answered with the name, or refused.
    case findQueue(String)
    /// The queues of the store, and those `besides`, of another region.
    case listQueues(prefix: String, page: PageRequest, besides: Set<String> = [])
    case describeQueue(String)
    case changeSettings(of: String, [QueueSetting])
    case purge(String)
    case tag(String, [String: String])
    case untag(String, [String])
    case listTags(String)
    case addPermission(Permission, to: String)
    case removePermission(String, from: String)
    case listDeadLetterSources(of: String, page: PageRequest)
    /// Queues of move tasks are named by their ARNs, as the service has it.
    case startMove(from: String, to: String?, rate: Int?)
    case listMoves(from: String, maximum: Int?)
    case cancelMove(id: String, from: String)

    case send(NewMessage, to: String)
    case sendBatch([NewMessage], to: String)
    case receive(StoreReceive, from: String)
    case delete(receiptHandle: String, from: String)
    case deleteBatch([DeleteEntry], from: String)
    case changeVisibility(receiptHandle: String, timeout: Duration, in: String)
    case changeVisibilityBatch([VisibilityEntry], in: String)

    /// Messages as they are, which are not received by that.
    case browse(MessageSlice, of: String)
    /// Deletes a message that was not received, where it is still there.
    case discard(MessageNumber, from: String)
}

extension StoreRequest {
    /// The queue that it is about; nil for those that are about none, or name it by its ARN.
    var queueName: String? {
        switch self {
        case .createQueue(let name, _, _), .deleteQueue(let name), .findQueue(let name),
            .describeQueue(let name), .changeSettings(let name, _), .purge(let name),
            .tag(let name, _), .untag(let name, _), .listTags(let name),
            .addPermission(_, let name), .removePermission(_, let name),
            .listDeadLetterSources(let name, _), .send(_, let name), .sendBatch(_, let name),
            .receive(_, let name), .delete(_, let name), .deleteBatch(_, let name),
            .changeVisibility(_, _, let name), .changeVisibilityBatch(_, let name),
            .browse(_, let name), .discard(_, let name):
            name
        case .listQueues, .startMove, .listMoves, .cancelMove: nil
        }
    }

    /// Whether the client knows the queue by its name alone, and asks for its URL.
    var isByName: Bool {
        switch self {
        case .createQueue, .findQueue: true
        case .deleteQueue, .listQueues, .describeQueue, .changeSettings, .purge, .tag, .untag,
            .listTags, .addPermission, .removePermission, .listDeadLetterSources, .startMove,
            .listMoves, .cancelMove, .send, .sendBatch, .receive, .delete, .deleteBatch,
            .changeVisibility, .changeVisibilityBatch, .browse, .discard:
            false
        }
    }

    /// The request with the trace that the call itself belongs to, which every message gets that is
    /// sent without one of its own.
    package func traced(by header: String?) -> StoreRequest {
        guard let header, !header.isEmpty else { return self }
        func traced(_ message: NewMessage) -> NewMessage {
            NewMessage(message.entry, traceHeader: message.traceHeader ?? header)
        }
        if case .send(let message, let name) = self { return .send(traced(message), to: name) }
        if case .sendBatch(let messages, let name) = self {
            return .sendBatch(messages.map(traced), to: name)
        }
        return self
    }
}

/// A message to send. The entry's id matters in batches only.
package struct NewMessage: Sendable, Equatable {
    var entry: SendEntry
    /// The one system attribute that a sender may set, `AWSTraceHeader`.
    var traceHeader: String?

    package init(_ entry: SendEntry, traceHeader: String? = nil) {
        self.entry = entry
        self.traceHeader = traceHeader
    }
}

/// What a ReceiveMessage asks for.
package struct StoreReceive: Sendable, Equatable {
    /// 1 to 10.
    var maximumMessages: Int
    /// 0 to 20 s; the queue's own where nil.
    var waitTime: Duration?
    /// 0 to 12 h; the queue's own where nil.
    var visibilityTimeout: Duration?
    /// FIFO queues only.
    var attemptID: String?

    package init(
        maximumMessages: Int = 1, waitTime: Duration? = nil, visibilityTimeout: Duration? = nil,
        attemptID: String? = nil
    ) {
        self.maximumMessages = maximumMessages
        self.waitTime = waitTime
        self.visibilityTimeout = visibilityTimeout
        self.attemptID = attemptID
    }
}

/// Which part of a long list is wanted.
package struct PageRequest: Sendable, Equatable {
    /// 1 to 1,000. Without it there is one page of 1,000 and no way to the next, as in SQS.
    var maximum: Int?
    /// What the page before gave to ask for this one.
    var token: String?

    package init(maximum: Int? = nil, token: String? = nil) {
        self.maximum = maximum
        self.token = token
    }
}
