/// What became of a store since it was last asked, for who writes it down: the state of all that
/// changed, as it is now. What was written before and these make the store as it is.
package struct StoreChanges: Sendable {
    /// The time of the store.
    let at: StoreInstant
    /// The tags of queues that are gone, some of them perhaps never written.
    var deletedQueues: [UInt64] = []
    /// When queues were deleted whose names are not free again yet; nil where that did not change.
    var deletions: [String: StoreInstant]?
    var queues: [QueueChanges] = []
}

/// What became of one queue.
struct QueueChanges: Sendable {
    let tag: UInt64
    /// The number of its latest message.
    let lastSerial: UInt64
    /// Nil where they did not change.
    let properties: QueueProperties?
    /// Messages, deduplication ids and receive attempts that were written before are gone.
    let isEmptied: Bool
    /// One per message, in the order in which they came.
    let messages: [MessageChange]
    let deduplication: [DeduplicationWindow.Entry]
    let attempts: [ReceiveAttempts.Entry]
}

enum MessageChange: Sendable {
    case new(UInt64, MessageRecord)
    /// All but its content may be another.
    case changed(UInt64, MessageRecord)
    case gone(UInt64)
}

/// What there is to a queue beside its messages.
struct QueueProperties: Sendable {
    let name: String
    let tag: UInt64
    let createdAt: StoreInstant
    var modifiedAt: StoreInstant
    var settings = QueueSettings()
    var tags: [String: String] = [:]
    var purgedAt: StoreInstant?
    /// The latest first; only that one may be running.
    var moveTasks: [MessageMove] = []

    init(name: String, tag: UInt64, createdAt: StoreInstant) {
        self.name = name
        self.tag = tag
        self.createdAt = createdAt
        modifiedAt = createdAt
    }
}

extension QueueStore {
    /// Whether ``takeChanges()`` has something to tell.
    package var hasChanges: Bool { !changed.isEmpty || !deletedTags.isEmpty || deletionsChanged }

    /// What changed since the last call. Empty unless the store keeps a journal.
    package mutating func takeChanges() -> StoreChanges {
        var changes = StoreChanges(at: present)
        changes.deletedQueues = deletedTags
        deletedTags = []
        if deletionsChanged { changes.deletions = deletions }
        deletionsChanged = false
        for name in changed.sorted() {
            // One that was deleted since is among those.
            guard let index = queues.index(forKey: name) else { continue }
            changes.queues.append(queues.values[index].takeChanges())
        }
        changed = []
        return changes
    }
}

extension QueueStore {
    /// Takes a queue in that was written down. Its move task goes on from this time.
    mutating func restore(_ queue: MessageQueue, at now: StoreInstant) {
        var queue = queue
        if keepsJournal { queue.journal = .blank }
        queues[queue.name] = queue
        if let task = queue.properties.moveTasks.first, task.status == .running {
            moving[queue.name] = MovePace(of: task, from: now)
        }
    }
}

extension MessageQueue {
    var hasChanges: Bool { journal?.isEmpty == false }

    /// The number of messages that changed since changes were last taken.
    var changedMessages: Int { journal?.messages.count ?? 0 }

    fileprivate mutating func takeChanges() -> QueueChanges {
        let journal = journal ?? .blank
        self.journal = .blank
        let messages = journal.messages.sorted { $0.key < $1.key }.compactMap { serial, mark in
            change(of: serial, mark)
        }
        return QueueChanges(
            tag: tag, lastSerial: lastSerial,
            properties: journal.hasNewProperties ? properties : nil,
            isEmptied: journal.isEmptied, messages: messages,
            deduplication: journal.deduplication, attempts: journal.attempts)
    }

    private func change(of serial: UInt64, _ mark: QueueJournal.MessageMark) -> MessageChange? {
        switch mark {
        case .gone: .gone(serial)
        case .new: messages[serial].map { .new(serial, $0) }
        case .changed: messages[serial].map { .changed(serial, $0) }
        }
    }
}
