package import Envelopes
package import EventPatterns
package import MessageHandling
import Synchronization

/// Which handlers of a queue want a message.
///
/// The engine asks handler by handler; the answer for all of them is worked out with the first
/// question and kept until a question about another message comes, so that a body is read once.
package final class QueueMatcher: Sendable {
    private let patterns: PatternSet
    private let wantsAll: [Bool]
    private let unwrap: [Envelope]
    private let last = Mutex<Answer?>(nil)

    private struct Answer {
        let messageID: String
        /// Of the receive: with the id, no other message has it.
        let receiptHandle: String
        let matches: [Bool]
    }

    /// - Parameters:
    ///   - patterns: one for each handler; nil for one that wants every message.
    ///   - unwrap: what is taken off before a body is looked at. One that is not in its form is
    ///     looked at as it is.
    package init(_ patterns: [EventPattern?], unwrap: [Envelope] = []) {
        self.unwrap = unwrap
        self.patterns = PatternSet(patterns, for: .message)
        wantsAll = patterns.map { $0 == nil }
    }

    package func matches(_ message: Message, handler: Int) -> Bool {
        if wantsAll[handler] { return true }
        return last.withLock { last in
            if let last, last.receiptHandle == message.receiptHandle, last.messageID == message.id {
                return last.matches[handler]
            }
            let matches = patterns.matches((try? message.unwrapped(unwrap)) ?? message)
            last = Answer(
                messageID: message.id, receiptHandle: message.receiptHandle, matches: matches)
            return matches[handler]
        }
    }
}

extension Message: MatchableMessage {
    package func systemAttribute(_ name: String) -> String? { systemAttributes[name] }

    package func messageAttribute(_ name: String) -> MatchableAttribute? {
        attributes[name].map { attribute in
            switch attribute.value {
            case .text(let text):
                MatchableAttribute(dataType: attribute.dataType, value: .text(text))
            case .binary(let bytes):
                MatchableAttribute(dataType: attribute.dataType, value: .binary(bytes))
            }
        }
    }
}
