import SQS
import SubscriberEngine

/// The one line that `systemctl status` shows.
///
/// First what is served, then what keeps something from being served: an operator sees at a glance
/// whether there is something to do.
package enum StatusLine {
    /// Troubles beyond this many are counted, not named: the line stays readable.
    private static let troublesShown = 3

    package static func text(
        queues: [QueueStatus], slots: Int, isStopping: Bool, notice: String? = nil
    ) -> String {
        let snapshots = queues.compactMap(\.snapshot)
        let running = snapshots.reduce(0) { $0 + $1.subscription.inHand }
        let handled = snapshots.reduce(0) { $0 + $1.subscription.endings.deleted }
        var parts: [String] = []
        if isStopping {
            parts.append("Stopping: \(running.counted("message")) in hand")
        } else {
            parts.append("Serving \(snapshots.count) of \(queues.count.counted("queue"))")
            parts.append("\(running) of \(slots) slots in use")
        }
        parts.append("\(handled) handled")
        let troubles = queues.compactMap(\.trouble)
        parts += troubles.prefix(troublesShown)
        if troubles.count > troublesShown {
            let more = (troubles.count - troublesShown).counted("more queue")
            parts.append("\(more) in trouble")
        }
        if let notice { parts.append(notice) }
        return parts.joined(separator: "; ")
    }
}

extension QueueStatus {
    fileprivate var snapshot: DriverSnapshot? {
        if case .serving(let snapshot) = state { snapshot } else { nil }
    }

    /// What is wrong, if anything is.
    fileprivate var trouble: String? {
        switch state {
        case .opening(nil): "\(name): waiting for its first answer"
        case .opening(let trouble?): "\(name): retrying, \(trouble.description)"
        case .serving(let snapshot):
            Self.trouble(of: snapshot.subscription).map { "\(name): \($0)" }
        }
    }

    private static func trouble(of subscription: SubscriptionSnapshot) -> String? {
        if let gate = subscription.gate {
            let also = gate.others.isEmpty ? "" : " for \(gate.others.joined(separator: ", ")) too"
            return "paused\(also), handler \(gate.handler) cannot work: \(gate.reason)"
        }
        if let trouble = subscription.troubles.first {
            return "\(trouble.activity.words) fails: \(trouble.error.description)"
        }
        return subscription.stalls.first.map { stall in
            let others = subscription.stalls.count - 1
            let more = others > 0 ? ", and \(others.counted("more group"))" : ""
            return "group \(stall.group) does not move on, \(stall.explanation)\(more)"
        }
    }
}
