/// What a queue holds, for who checks invariants. Reading changes nothing, and takes time by the
/// number of messages.
package struct QueueView: Sendable {
    package struct Message: Sendable, Equatable {
        package enum State: Sendable, Equatable {
            case delayed(until: StoreInstant)
            case visible
            case inFlight(until: StoreInstant, receiptHandle: String)
        }

        package let id: String
        let body: String
        package let groupID: String?
        package let state: State
        let receiveCount: Int
        let sentAt: StoreInstant
    }

    package let settings: QueueSettings
    /// The messages in the order in which they came.
    package let messages: [Message]
    /// The long polls that wait.
    package let waiters: [CallerID]
}

extension QueueStore {
    /// The names of all queues, sorted.
    package var queueNames: [String] { queues.keys.sorted() }

    func hasQueue(_ name: String) -> Bool { queues[name] != nil }

    /// The queue as of the last call that named it, or that ``advance(to:)`` served it in: what
    /// became due since is not counted yet. Nil where there is none.
    package func view(of name: String) -> QueueView? {
        guard let queue = queues[name] else { return nil }
        return QueueView(
            settings: queue.settings,
            messages: queue.messages.all.map { serial, record in
                QueueView.Message(record, serial, queue.tag)
            },
            waiters: queue.waiters.all.map(\.caller))
    }

    /// What happened in the queue since the last call, in order. Empty unless the store keeps
    /// history.
    package mutating func takeHistory(of name: String) -> [QueueEvent] {
        guard let index = queues.index(forKey: name), let history = queues.values[index].history
        else { return [] }
        queues.values[index].history = []
        return history
    }
}

extension QueueView.Message {
    fileprivate init(_ record: MessageRecord, _ serial: UInt64, _ tag: UInt64) {
        id = record.content.id
        body = record.content.body
        groupID = record.content.groupID
        receiveCount = record.receives.count
        sentAt = record.content.sentAt
        switch record.state {
        case .delayed(let until): state = .delayed(until: until)
        case .visible: state = .visible
        case .inFlight(let until):
            let handle = ReceiptHandle(
                queue: tag, serial: serial, nonce: record.receives.lease?.nonce ?? 0)
            state = .inFlight(until: until, receiptHandle: handle.text)
        }
    }
}
