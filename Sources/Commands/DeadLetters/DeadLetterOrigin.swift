import Daemon
import JSON
package import MessageHandling
import SubscriberEngine

/// Where a dead letter comes from and why, as far as the message tells.
package struct DeadLetterOrigin: Sendable, Equatable {
    /// The queue that it came from, by ARN or name.
    package private(set) var queue: String?
    /// Whether the service says so. Otherwise an attribute does, which every sender can write.
    package private(set) var isCertain = false
    /// The id that the message had there: it leads to the log.
    package private(set) var messageID: String?
    package private(set) var reason: String?
    /// The line of what the handler printed that most likely says why.
    package private(set) var quote: String?
    /// Whose reason it is.
    package private(set) var handler: String?

    package init(_ message: Message) {
        // What moved it last counts: attributes of ours may be of an earlier rejection.
        if let arn = message.system["DeadLetterQueueSourceArn"], !arn.isEmpty {
            queue = arn
            isCertain = true
            messageID = message.id
            reason = "received too often in \(arn.queueName)"
            return
        }
        reason = message.attributes[DeadLetterAttribute.reason]?.text
        guard let text = message.attributes[DeadLetterAttribute.origin]?.text,
            let json = try? JSONValue(parsing: text)
        else { return }
        queue = json["queueArn"]?.asText ?? json["queue"]?.asText
        messageID = json["messageId"]?.asText
        handler = json["handler"]?.asText
        reason = reason ?? json["reason"]?.asText
        quote = QuotedOutput(json["output"]?.asText).quote
    }

    /// What a list of reasons shows: its first line and what the handler said, not too long, after
    /// the handler's name.
    package var summary: String {
        let line = String((reason ?? Self.noReason).prefix { !$0.isNewline })
        let said = quote.flatMap { line.contains($0) ? nil : $0 }
        let all = [line, said].compactMap(\.self).joined(separator: ": ")
        let shown =
            all.count > Self.summaryMaximum
            ? all.prefix(Self.summaryMaximum - 1) + "…" : all
        return [handler, String(shown)].compactMap(\.self).joined(separator: ": ")
    }

    /// Two lines of a terminal, with a count before them: the half is the exit status's.
    private static let summaryMaximum = 160
    private static let noReason = "no reason noted"
}

/// What is said of many dead letters at once.
package struct DeadLetterSummary: Sendable, Equatable {
    package private(set) var looked = 0
    /// When the oldest was sent: milliseconds since 1970-01-01 UTC.
    package private(set) var oldest: Int64?
    private var counts: [String: Int] = [:]

    package init() {}

    package mutating func add(_ message: Message) {
        looked += 1
        counts[DeadLetterOrigin(message).summary, default: 0] += 1
        guard let sent = message.sentTimestamp else { return }
        oldest = min(oldest ?? sent, sent)
    }

    /// The reasons, the most frequent first.
    package var reasons: [(reason: String, count: Int)] {
        counts.map { (reason: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.reason) < ($0.count, $1.reason) }
    }
}
