package import Envelopes
package import EventPatterns
package import MessageHandling

/// Which handlers of a queue want a message. A body is unwrapped and read once for all of them.
package struct QueueMatcher: Sendable {
    private let patterns: PatternSet
    private let wantAll: [Bool]
    private let unwrap: [Envelope]
    private let unwrapLimit: Int

    /// Nil where every handler wants every message.
    /// - Parameters:
    ///   - patterns: one for each handler; nil for one that wants every message.
    ///   - unwrap: what is taken off before a body is looked at. One that is not in its form goes
    ///     to every handler, each of which rejects it.
    ///   - unwrapLimit: what a compressed body may grow to, in bytes.
    package init?(
        _ patterns: [EventPattern?], unwrap: [Envelope] = [],
        unwrapLimit: Int = Content.defaultLimit
    ) {
        guard patterns.contains(where: { $0 != nil }) else { return nil }
        self.patterns = PatternSet(patterns, for: .message)
        wantAll = patterns.map { _ in true }
        self.unwrap = unwrap
        self.unwrapLimit = unwrapLimit
    }

    /// An answer for each handler, in their order.
    package func matches(_ message: Message) -> [Bool] {
        guard let content = try? message.unwrapped(unwrap, limit: unwrapLimit) else {
            return wantAll
        }
        return patterns.matches(content)
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
