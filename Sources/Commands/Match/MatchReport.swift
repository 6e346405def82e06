import Daemon
import Envelopes
import EventPatterns
import MessageHandling
import SubscriberConfiguration
import SubscriberEngine

/// What the handlers of one queue make of one message.
struct MatchReport {
    /// The names of the handlers that would get it.
    let takers: [String]
    let text: String

    init(_ subscription: SubscriberConfiguration.SubscriptionSettings, _ message: Message) {
        let handlers = subscription.handlers
        var lines = ["  queue \(subscription.queue)"]
        let content: Message
        do throws(EnvelopeError) {
            content = try message.unwrapped(subscription.unwrap, limit: subscription.unwrapLimit)
        } catch {
            takers = handlers.map(\.name)
            lines.append("    its body \(error), so every handler rejects it")
            text = lines.joined(separator: "\n")
            return
        }
        let set = PatternSet(handlers.map(\.match), for: .message)
        let mismatches = handlers.indices.map { set.mismatch(of: $0, content) }
        let takesRegular = handlers.indices.contains {
            !handlers[$0].isFallback && mismatches[$0] == nil
        }
        var takers: [String] = []
        for (handler, mismatch) in zip(handlers, mismatches) {
            if let mismatch {
                lines.append("    - \(handler.name): \(mismatch)")
            } else if handler.isFallback, takesRegular {
                lines.append("    - \(handler.name): is a fallback, and another handler takes it")
            } else {
                takers.append(handler.name)
                lines.append("    + \(handler.name): takes it")
            }
        }
        if takers.isEmpty { lines.append("    " + Self.unmatched(subscription.unmatched)) }
        self.takers = takers
        text = lines.joined(separator: "\n")
    }

    private static func unmatched(_ policy: UnmatchedPolicy) -> String {
        let what =
            switch policy {
            case .leave: "its visibility timeout brings it back"
            case .delete: "it is deleted"
            case .reject: "it goes to the dead-letter queue"
            }
        return "no handler takes it; unmatched = \"\(policy.rawValue)\": \(what)"
    }
}
