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
        let receives = record.receives
        receiveCount = receives.count
        firstReceivedAt = receives.firstAt
        deadLetterSourceARN = receives.deadLetterSourceARN
    }
}

/// Some of a queue's messages.
package struct BrowsedMessages: Sendable {
    package var messages: [BrowsedMessage] = []
    /// What is left to look at; nil where all was. So much is looked at in one call, that others
    /// need not wait: all pages of the queue at most once.
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
    /// Messages that are given in one call, at some ten million in a second.
    private static let mostFound = 4_096

    fileprivate func browse(_ slice: MessageSlice) -> BrowsedMessages {
        var browsed = BrowsedMessages()
        var rest = slice
        rest.start = slice.isBackward ? min(slice.start, lastSerial) : max(slice.start, 1)
        while rest.maximum > 0, (1...max(1, lastSerial)).contains(rest.start) {
            var found = messages.near(rest.start, isBackward: rest.isBackward)
            if found == nil, browsed.messages.isEmpty {
                found = messages.far(rest.start, isBackward: rest.isBackward)
                guard found != nil else { return browsed }
            }
            guard let found, let record = messages[found], browsed.messages.count < Self.mostFound
            else {
                browsed.rest = rest
                return browsed
            }
            browsed.messages.append(BrowsedMessage(record, at: found))
            rest.maximum -= 1
            rest.start = found
            rest.step()
        }
        return browsed
    }
}
