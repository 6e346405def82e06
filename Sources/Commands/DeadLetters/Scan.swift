package import MessageHandling
package import SQS

/// Which messages of a queue were seen and which are held, and when there is no more to see.
///
/// A message that is held stays in flight, so that each receive brings others; what comes once
/// more, for its visibility timeout was over, is told apart.
package struct Scan: Sendable {
    /// How many receives in a row may bring nothing: a long poll asks all servers, and one that
    /// brings nothing twice has nothing.
    private static let emptyMaximum = 2
    /// How many may bring nothing but messages that were seen: they lapse faster than they are
    /// looked at, and it would go on for ever.
    private static let staleMaximum = 10

    private let expected: Int
    private let endsWithExpected: Bool
    private var seen: Set<String> = []
    /// The latest handle of each message that is neither deleted nor given back.
    private var handles: [String: String] = [:]
    private var empty = 0
    private var stale = 0
    /// Whether the next receive is to be a long poll: the last one brought nothing. A short poll is
    /// at once back, and may miss what there is.
    package private(set) var waits = false

    /// - Parameters:
    ///   - expected: how many messages the service counts as visible.
    ///   - endsWithExpected: whether that many are enough, or all are wanted that can be had.
    package init(expected: Int, endsWithExpected: Bool) {
        self.expected = expected
        self.endsWithExpected = endsWithExpected
    }

    /// How many different messages were seen.
    package var count: Int { seen.count }

    package var isOver: Bool {
        if seen.count >= expected, endsWithExpected || empty > 0 { return true }
        return empty >= Self.emptyMaximum || stale >= Self.staleMaximum
    }

    /// What one receive brought, the new ones and those that were seen before.
    package mutating func take(_ received: [Message]) -> (new: [Message], again: [Message]) {
        var (new, again): ([Message], [Message]) = ([], [])
        for message in received {
            if seen.insert(message.id).inserted {
                new.append(message)
            } else {
                again.append(message)
            }
            handles[message.id] = message.receiptHandle
        }
        if !received.isEmpty { empty = 0 } else if waits { empty += 1 }
        waits = received.isEmpty
        stale = new.isEmpty && !again.isEmpty ? stale + 1 : 0
        return (new, again)
    }

    /// The entry that deletes a message, by its latest handle.
    package func deletion(of message: Message, id: String) -> DeleteEntry {
        DeleteEntry(id: id, receiptHandle: handles[message.id] ?? message.receiptHandle)
    }

    /// A message is deleted, or must not be given back.
    package mutating func forget(_ message: Message) {
        handles[message.id] = nil
    }

    /// What gives back all that is held, in batches as the service takes them.
    package mutating func releases() -> [[VisibilityEntry]] {
        let all = Array(handles.values)
        handles = [:]
        return stride(from: 0, to: all.count, by: MessageBatch.maximumEntries).map { start in
            let batch = all[start..<min(start + MessageBatch.maximumEntries, all.count)]
            return batch.enumerated().map { index, handle in
                VisibilityEntry(id: "m\(index)", receiptHandle: handle, timeout: .zero)
            }
        }
    }

    /// How long to hide messages of which so many are to be looked at and given back together.
    ///
    /// Half a minute, and as much longer as the look takes where the service answers slowly: a
    /// killed look hides them for that long.
    package static func visibilityTimeout(forLookingAt count: Int) -> Duration {
        .seconds(min(30 + count / 50, 600))
    }
}
