import SQS

/// A message of a queue: its place among all that came, and its id, for the numbers of a queue that
/// is made anew begin anew.
package struct MessageNumber: Sendable, Hashable {
    package let serial: UInt64
    package let id: String

    package init(_ serial: UInt64, id: String) {
        self.serial = serial
        self.id = id
    }
}

/// Which of a queue's messages are looked at: some, in the order in which they came, or back.
package struct MessageSlice: Sendable, Equatable {
    /// The place of the first that may be among them.
    package var start: UInt64
    package var isBackward: Bool
    package var maximum: Int

    package init(from start: UInt64, isBackward: Bool = false, maximum: Int) {
        self.start = start
        self.isBackward = isBackward
        self.maximum = maximum
    }

    fileprivate mutating func step() {
        start = isBackward ? start - 1 : start + 1
    }

    fileprivate func includes(_ serial: UInt64) -> Bool {
        isBackward ? serial <= start : serial >= start
    }
}

/// A message as it is, for who looks without receiving it.
package struct BrowsedMessage: Sendable {
    package let number: MessageNumber
    package let content: MessageContent
    let state: MessageState
    package let receiveCount: Int
    let firstReceivedAt: StoreInstant?
    let deadLetterSourceARN: String?

    fileprivate init(_ record: MessageRecord, at serial: UInt64) {
        number = MessageNumber(serial, id: record.content.id)
        content = record.content
        state = record.state
        receiveCount = record.receiveCount
        firstReceivedAt = record.firstReceivedAt
        deadLetterSourceARN = record.deadLetterSourceARN
    }
}

/// Some of a queue's messages.
package struct BrowsedMessages: Sendable {
    package var messages: [BrowsedMessage] = []
    /// What is left to look at; nil where all was. So many are looked at in one call, that others
    /// need not wait.
    package var rest: MessageSlice?
}

extension QueueStore {
    mutating func browse(
        _ slice: MessageSlice, of name: String
    ) throws(StoreError) -> BrowsedMessages {
        let index = try locate(name)
        return queues.values[index].browse(slice)
    }

    mutating func discard(
        _ number: MessageNumber, from name: String
    ) throws(StoreError) -> StoreAnswer {
        let index = try locate(name)
        guard let record = queues.values[index].messages[number.serial],
            record.content.id == number.id
        else { throw StoreError(.resourceNotFound, "The message is not in the queue any more.") }
        queues.values[index].remove(number.serial)
        queues.values[index].note(.deleted, record, at: present)
        return .done
    }
}

extension MessageQueue {
    /// Places that are looked at in one call, at some ten million in a second.
    private static let mostLooks = 4_096

    fileprivate func browse(_ slice: MessageSlice) -> BrowsedMessages {
        guard messages.count > Self.mostLooks else { return browseAll(slice) }
        var browsed = BrowsedMessages()
        var rest = slice
        rest.start = slice.isBackward ? min(slice.start, lastSerial) : max(slice.start, 1)
        for _ in 0..<Self.mostLooks {
            guard (1...lastSerial).contains(rest.start), rest.maximum > 0 else { return browsed }
            if let record = messages[rest.start] {
                browsed.messages.append(BrowsedMessage(record, at: rest.start))
                rest.maximum -= 1
            }
            rest.step()
        }
        // All of those places are empty: the next message may be a hundred million further.
        if browsed.messages.isEmpty {
            let others = messages.keys.lazy.filter(rest.includes)
            guard let next = rest.isBackward ? others.max() : others.min() else { return browsed }
            rest.start = next
        }
        browsed.rest = rest
        return browsed
    }

    /// Where there are few: by sorting them, however far they are from each other.
    private func browseAll(_ slice: MessageSlice) -> BrowsedMessages {
        let serials = messages.keys.filter(slice.includes).sorted()
        let chosen =
            slice.isBackward
            ? Array(serials.reversed().prefix(slice.maximum)) : Array(serials.prefix(slice.maximum))
        return BrowsedMessages(
            messages: chosen.compactMap { serial in
                messages[serial].map { BrowsedMessage($0, at: serial) }
            })
    }
}
