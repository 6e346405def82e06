import SQS

extension QueueStore {
    /// Every request but ReceiveMessage, which may have to wait.
    mutating func perform(_ request: StoreRequest) throws(StoreError) -> StoreAnswer {
        switch request {
        case .createQueue(let name, let settings, let tags):
            return try createQueue(name, settings, tags)
        case .deleteQueue(let name): return try deleteQueue(name)
        case .findQueue(let name):
            guard queues[name] != nil else { throw .noSuchQueue }
            return .queue(name)
        case .listQueues(let prefix, let page, let others):
            let names = others.union(queues.keys).filter { $0.hasPrefix(prefix) }
            return .queues(try self.page(of: Array(names), page))
        case .describeQueue(let name): return try describe(name)
        case .changeSettings(let name, let settings): return try change(settings, of: name)
        case .purge(let name): return try purge(name)
        case .tag(let name, let tags): return try tag(name, tags)
        case .untag(let name, let keys): return try untag(name, keys)
        case .listTags(let name):
            guard let queue = queues[name] else { throw .noSuchQueue }
            return .tags(queue.properties.tags)
        case .listDeadLetterSources(let name, let page):
            return .queues(try self.page(of: sources(of: name), page))
        case .addPermission(let permission, let name):
            return try addPermission(permission, to: name)
        case .removePermission(let label, let name):
            return try removePermission(label, from: name)
        case .startMove(let source, let destination, let rate):
            return try startMove(from: source, to: destination, rate: rate)
        case .listMoves(let source, let maximum): return try moves(from: source, maximum: maximum)
        case .cancelMove(let id, let source): return try cancelMove(id, from: source)
        case .send(let message, let name):
            let index = try locate(name)
            return .sent(try send(message, to: index, isEntry: false))
        case .sendBatch(let messages, let name): return try sendBatch(messages, to: name)
        case .delete(let handle, let name):
            let index = try locate(name)
            try queues.values[index].delete(handle, at: present)
            return .done
        case .deleteBatch(let entries, let name): return try deleteBatch(entries, from: name)
        case .changeVisibility(let handle, let timeout, let name):
            let index = try locate(name)
            try queues.values[index].changeVisibility(handle, to: timeout, at: present)
            return .done
        case .changeVisibilityBatch(let entries, let name):
            return try changeVisibilityBatch(entries, in: name)
        case .browse(let slice, let name): return .browsed(try browse(slice, of: name))
        case .discard(let number, let name): return try discard(number, from: name)
        case .receive: return .received([])  // carried out by the caller
        }
    }
}

extension QueueStore {
    /// The SQS service takes a message in whole or not at all; every entry of a batch by itself.
    private mutating func sendBatch(
        _ messages: [NewMessage], to name: String
    ) throws(StoreError) -> StoreAnswer {
        let index = try locate(name)
        try checkBatch(messages.map(\.entry.id), of: "SendMessageBatchRequestEntry")
        try checkBatchSize(messages)
        try checkBatchFIFO(messages, in: queues.values[index])
        var answers: [EntryAnswer<SentMessage>] = []
        for message in messages {
            let result: Result<SentMessage, StoreError>
            do {
                result = .success(try send(message, to: index, isEntry: true))
            } catch { result = .failure(error) }
            answers.append(EntryAnswer(id: message.entry.id, result: result))
        }
        return .sentBatch(answers)
    }

    private mutating func deleteBatch(
        _ entries: [DeleteEntry], from name: String
    ) throws(StoreError) -> StoreAnswer {
        let index = try locate(name)
        try checkBatch(entries.map(\.id), of: "DeleteMessageBatchRequestEntry")
        var answers: [EntryAnswer<Void>] = []
        for entry in entries {
            var result: Result<Void, StoreError> = .success(())
            do {
                try queues.values[index].delete(entry.receiptHandle, at: present)
            } catch { result = .failure(error) }
            answers.append(EntryAnswer(id: entry.id, result: result))
        }
        return .batch(answers)
    }

    private mutating func changeVisibilityBatch(
        _ entries: [VisibilityEntry], in name: String
    ) throws(StoreError) -> StoreAnswer {
        let index = try locate(name)
        try checkBatch(entries.map(\.id), of: "ChangeMessageVisibilityBatchRequestEntry")
        var answers: [EntryAnswer<Void>] = []
        for entry in entries {
            var result: Result<Void, StoreError> = .success(())
            do {
                try queues.values[index].changeVisibility(
                    entry.receiptHandle, to: entry.timeout, at: present)
            } catch { result = .failure(error) }
            answers.append(EntryAnswer(id: entry.id, result: result))
        }
        return .batch(answers)
    }

    /// Stores the message, or answers what its first copy was answered where it is a duplicate.
    private mutating func send(
        _ message: NewMessage, to index: QueueIndex, isEntry: Bool
    ) throws(StoreError) -> SentMessage {
        try check(message, in: queues.values[index], isEntry: isEntry)
        let now = present
        let isFIFO = queues.values[index].isFIFO
        let settings = queues.values[index].settings
        let deduplicationID =
            isFIFO ? message.entry.deduplicationID ?? Digests.content(message.entry.body) : nil
        let key = deduplicationID.map {
            DeduplicationKey(
                id: $0,
                group: settings.deduplicationScope == .messageGroup ? message.entry.groupID : nil)
        }
        if let key, let first = queues.values[index].deduplication.value(of: key, at: now) {
            return first
        }
        let sequenceNumber = isFIFO ? queues.values[index].nextSequenceNumber : nil
        let sent = SentMessage(id: random.uuid(), sequenceNumber: sequenceNumber)
        let content = MessageContent(
            message, id: sent.id, deduplicationID: deduplicationID, sequenceNumber: sequenceNumber,
            senderID: account, sentAt: now)
        let delay = isFIFO ? settings.delay : message.entry.delay ?? settings.delay
        let record = MessageRecord(
            content: content, enqueuedAt: now,
            state: delay > .zero ? .delayed(until: now + delay) : .visible)
        queues.values[index].insert(record)
        queues.values[index].note(.sent, record, at: now)
        if let key {
            queues.values[index].remember(
                DeduplicationWindow.Entry(
                    key: key, value: sent, until: now + StoreLimits.deduplication))
        }
        return sent
    }
}
