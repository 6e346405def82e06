import SQS
import SubscriberEngine

/// The one line that `systemctl status` shows.
///
/// First what is served, then what keeps something from being served: an operator sees at a glance
/// whether there is something to do. Each trouble with its present reason, since when it lasts, how
/// often it was met and when it is tried next; queues with the same one are named together.
package enum StatusLine {
    /// Troubles beyond this many are counted, not named: the line stays readable.
    private static let troublesShown = 3
    /// How many queues are named together: what systemd shows is bounded, see
    /// ``ServiceNotification/statusBytes``, and names must not hide what is wrong with them.
    private static let queuesShown = 5
    /// How much of a reason is shown; all of it is in the log. systemctl cuts long lines.
    private static let reasonLength = 300

    /// - Parameters:
    ///   - counts: since the start.
    ///   - time: tells the moments of the troubles.
    package static func text(
        queues: [QueueStatus], counts: MessageCounts, slots: Int, time: WallTime,
        isStopping: Bool = false, notice: String? = nil
    ) -> String {
        let snapshots = queues.compactMap(\.snapshot)
        let running = snapshots.reduce(0) { $0 + $1.inHand }
        var parts: [String] = []
        if isStopping {
            parts.append("Stopping: \(running.counted("message")) in hand")
        } else {
            let served = queues.count(where: \.isServed)
            parts.append("Serving \(served) of \(queues.count.counted("queue"))")
            parts.append("\(running) of \(slots.counted("slot")) in use")
        }
        parts.append("\(counts.handled) handled")
        if counts.failed > 0 { parts.append("\(counts.failed) failed") }
        if counts.rejected > 0 { parts.append("\(counts.rejected) rejected") }
        let paused = queues.filter(\.isPaused).map(\.name)
        if !paused.isEmpty { parts.append("paused: \(names(paused))") }
        let troubles = troubles(of: queues, time)
        parts += troubles.prefix(troublesShown)
        if troubles.count > troublesShown {
            parts.append("\((troubles.count - troublesShown).counted("more trouble"))")
        }
        if let notice { parts.append(notice) }
        return parts.joined(separator: "; ")
    }

    private static func names(_ queues: [String]) -> String {
        let more = queues.count - queuesShown
        return queues.prefix(queuesShown).joined(separator: ", ")
            + (more > 0 ? " and \(more) more" : "")
    }

    /// One text for each trouble.
    private static func troubles(of queues: [QueueStatus], _ time: WallTime) -> [String] {
        var found: [(queues: [String], trouble: QueueTrouble)] = []
        for queue in queues {
            guard let trouble = QueueTrouble(queue) else { continue }
            if let index = found.firstIndex(where: { $0.trouble.text == trouble.text }) {
                found[index].queues.append(queue.name)
                found[index].trouble.join(trouble)
            } else {
                found.append(([queue.name], trouble))
            }
        }
        return found.map { queues, trouble in
            "\(names(queues)): \(trouble.sentence(time, atMost: reasonLength))"
        }
    }
}

/// What is in the way of a queue, the most important first.
struct QueueTrouble {
    private(set) var text = ""
    private(set) var since: Instant?
    private(set) var failures: Int?
    private(set) var nextAttempt: Instant?

    /// Nil where nothing is.
    init?(_ queue: QueueStatus) {
        switch queue.state {
        case .opening(nil): text = "waiting for its first answer"
        case .opening(let opening?): describe(opening, "retrying")
        case .serving(let snapshot): describe(snapshot.subscription)
        case .paused: break
        }
        if text.isEmpty, let trouble = queue.deadLetterTrouble {
            describe(trouble, "its dead-letter queue is not found")
        }
        if text.isEmpty { return nil }
    }

    private mutating func describe(_ opening: OpeningTrouble, _ what: String) {
        text = "\(what), \(opening.trouble.description)"
        (since, failures) = (opening.since, opening.failures)
        nextAttempt = opening.nextAttempt
    }

    private mutating func describe(_ subscription: SubscriptionSnapshot) {
        if let gate = subscription.gate {
            let also = gate.others.isEmpty ? "" : " for \(gate.others.joined(separator: ", ")) too"
            text = "paused\(also), handler \(gate.handler) cannot work: \(gate.reason)"
            (since, nextAttempt) = (gate.since, gate.nextAttempt)
        } else if let trouble = subscription.troubles.first {
            text = "\(trouble.activity.words) fails: \(trouble.error.advised)"
            (since, failures) = (trouble.since, trouble.failures)
            nextAttempt = trouble.nextAttempt
        } else if let slow = subscription.slowHandlers.first(where: { $0.failuresInRow > 0 }) {
            text =
                "handler \(slow.handler) has failed \(slow.failuresInRow.counted("time")) in a "
                + "row, and is given less"
            since = slow.since
        } else if let stall = subscription.stalls.first {
            let others = subscription.stalls.count - 1
            let more = others > 0 ? ", and \(others.counted("more group"))" : ""
            text = "group \(stall.group) does not move on, \(stall.explanation)\(more)"
        }
    }

    /// Another queue has the same trouble.
    mutating func join(_ other: QueueTrouble) {
        since = [since, other.since].compactMap(\.self).min()
        failures = [failures, other.failures].compactMap(\.self).max()
        nextAttempt = [nextAttempt, other.nextAttempt].compactMap(\.self).min()
    }

    /// The trouble with what is known of its time: `… (since 19:14:05, 11 times, next at
    /// 19:17:20)`.
    func sentence(_ time: WallTime, atMost length: Int = .max) -> String {
        let known = [
            since.map { "since \(time.text($0))" }, failures.map { $0.counted("time") },
            nextAttempt.map { "next at \(time.text($0))" },
        ].compactMap(\.self)
        let reason = text.count > length ? "\(text.prefix(length))…" : text
        return known.isEmpty ? reason : "\(reason) (\(known.joined(separator: ", ")))"
    }
}

extension QueueStatus {
    /// All that is known of the queue, for the log.
    func detail(_ time: WallTime) -> String {
        let trouble = QueueTrouble(self)?.sentence(time)
        guard let snapshot else { return trouble ?? (isPaused ? "paused" : "") }
        let endings = snapshot.endings
        let facts = [
            "\(snapshot.inHand.counted("message")) in hand",
            "\(snapshot.running.counted("handler")) running",
            "\(snapshot.receives.counted("receive")) out",
            "\(snapshot.slotsHeld.counted("slot")) held, \(snapshot.slotsWanted) wanted",
            "\(endings.received) received, \(endings.deleted) deleted, "
                + "\(endings.visibilitySet) made visible, \(endings.leftToLapse) left",
        ]
        return (facts + [trouble].compactMap(\.self)).joined(separator: "; ")
    }
}
