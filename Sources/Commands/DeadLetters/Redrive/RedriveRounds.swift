package import MessageHandling

/// How messages in hand are sent: round by round, each a batch of its own.
package enum RedriveRounds {
    /// So many messages of different groups fill a round for long.
    private static let orderedHand = 100
    /// The part of the visibility timeout in which what is in hand is to be moved.
    private static let share = 3

    /// The messages in rounds, in their order.
    ///
    /// A round of an ordered queue has one message of each group at most: where one cannot be sent,
    /// no later one of its group has overtaken it.
    package static func of(
        _ messages: [Message], ordered: Bool, size: Int = MessageBatch.maximumEntries
    ) -> [[Message]] {
        guard ordered else { return chunks(messages, of: size) }
        var groups: [String] = []
        var waiting: [String: [Message]] = [:]
        for message in messages {
            let group = message.orderedGroup
            if waiting[group] == nil { groups.append(group) }
            waiting[group, default: []].append(message)
        }
        var rounds: [[Message]] = []
        var depth = 0
        while true {
            let row = groups.compactMap { group in
                waiting[group].flatMap { depth < $0.count ? $0[depth] : nil }
            }
            if row.isEmpty { return rounds }
            rounds += chunks(row, of: size)
            depth += 1
        }
    }

    private static func chunks(_ messages: [Message], of size: Int) -> [[Message]] {
        stride(from: 0, to: messages.count, by: size).map { start in
            Array(messages[start..<min(start + size, messages.count)])
        }
    }

    /// How many messages to have in hand: of an ordered queue enough that rounds are full, and no
    /// more than `rate` moves before they come back.
    package static func hand(
        ordered: Bool, rate: Int?, visibilityTimeout: Duration
    ) -> Int {
        let most = ordered ? orderedHand : MessageBatch.maximumEntries
        guard let rate else { return most }
        return max(1, min(most, rate * Int(visibilityTimeout.components.seconds) / share))
    }

    /// How long to go on receiving before what is in hand is moved: where the service answers
    /// slowly, the first would come back meanwhile.
    package static func patience(visibilityTimeout: Duration) -> Duration {
        visibilityTimeout / (2 * share)
    }

    /// How many messages to send at once: no more than go in a second.
    package static func size(rate: Int?) -> Int {
        min(MessageBatch.maximumEntries, max(1, rate ?? .max))
    }

    /// How long to wait so that no more than `rate` a second are moved.
    package static func wait(moved: Int, elapsed: Duration, rate: Int?) -> Duration {
        guard let rate else { return .zero }
        return max(.zero, .seconds(moved) / rate - elapsed)
    }
}

extension Message {
    /// What is kept in order: the group, in a FIFO queue.
    var orderedGroup: String { messageGroupID ?? id }
}
