import Daemon
import EventPatterns
import Intake
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
        let reading = QueueIntake(subscription).read(message)
        takers = reading.takers.map { handlers[$0].name }
        var lines = ["  queue \(subscription.queue)"]
        switch reading.content {
        case .failure(let error):
            lines.append("    its body \(error), so every handler rejects it")
        case .success(let content):
            let set = PatternSet(handlers.map(\.match), for: .message)
            for (place, handler) in handlers.enumerated() {
                if reading.takers.contains(place) {
                    lines.append("    + \(handler.name): takes it")
                } else {
                    // A handler that would take it is passed over for another.
                    let why = set.mismatch(of: place, content).map(\.description)
                    lines.append("    - \(handler.name): \(why ?? Self.isFallback)")
                }
            }
        }
        if takers.isEmpty { lines.append("    " + Self.unmatched(subscription.unmatched)) }
        text = lines.joined(separator: "\n")
    }

    private static let isFallback = "is a fallback, and another handler takes it"

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
