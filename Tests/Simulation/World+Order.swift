import EmbeddedQueue
import SubscriberEngine

/// Who may run what, and what the service may give out.
extension World {
    func check(_ event: QueueEvent) {
        guard let number = numbers[event.messageID] else { return }
        let message = messages[number]
        switch event.kind {
        case .received:
            goes(message)
            message.isOut = true
            checkGivenOut(message)
        case .visible: message.isOut = false
        // Two deliveries are told that they have it, and neither can know of the other.
        case .changedByOlderHandle:
            message.isGivenOutTwice = true
            message.cause = .olderHandle
        case .deleted:
            if !message.isFinished {
                violate(.handledBeforeDeleted, "message \(number) is gone and not done")
            }
            left(message)
        case .deadLettered:
            goes(message)
            left(message)
        case .expired, .purged, .moved: violate(.nothingForgotten, "message \(number) is gone")
        case .sent, .arrivedDead: break
        }
    }

    /// A message goes elsewhere. Where its lease lapsed before its time, its holder cannot know.
    private func goes(_ message: TrackedMessage) {
        guard message.mayLapseEarly else { return }
        message.mayLapseEarly = false
        message.isGivenOutTwice = true
        message.cause = .lapsedEarly
    }

    /// The service gives a message out: nobody may hold it that was not told to let go. What a
    /// handler has just done its engine has yet to hear.
    private func checkGivenOut(_ message: TrackedMessage) {
        guard !message.isGivenOutTwice else { return }
        for holding in message.holdings
        where holding.isExclusive && !holding.host.hasResult(of: holding.lease) {
            violate(
                .leasesKept,
                "message \(message.number) is given out while daemon \(holding.host.index) "
                    + (holding.runs.isEmpty ? "holds it" : "runs it"))
        }
    }

    func watchLease(_ holding: Holding, _ host: Host) {
        guard holding.leaseUntil > now else { return }
        at(
            holding.leaseUntil, .lapse(host: host.index, life: host.life, holding.lease))
    }

    /// The lease may have lapsed, by what the daemon was told: it has let the message go before.
    func checkLapse(_ lease: LeaseID, _ host: Host) {
        guard let holding = host.holdings[lease], holding.leaseUntil <= now else { return }
        // What the engine has yet to hear it hears first.
        guard host.results.isEmpty else {
            return after(.milliseconds(1), .lapse(host: host.index, life: host.life, lease))
        }
        if holding.isExclusive {
            violate(.leasesKept, "\(lease) is held although its lease may have lapsed")
        }
    }

    /// - Parameter begun: the messages that the handler is given before this one, at once.
    func checkStart(
        _ holding: Holding, _ handler: HandlerID, _ host: Host, after begun: [Holding]
    ) {
        let message = holding.message
        if holding.ending != nil {
            violate(.nothingForgotten, "\(holding.lease) runs after its end")
        }
        if !holding.handlers.contains(handler) {
            violate(.queueSettingsRespected, "a handler gets message \(message.number) unasked")
        }
        if now >= holding.leaseUntil {
            violate(.leasesKept, "\(holding.lease) runs although its lease may have lapsed")
        }
        if host.isStopping { violate(.stopIsLossless, "a message starts after the stop") }
        if host.running[handler, default: 0] >= host.concurrency {
            violate(.nothingHoarded, "\(host.concurrency + 1) runs of one handler")
        }
        if holding.runs.contains(where: { $0.handler == handler }) {
            violate(.groupsInOrder, "a handler runs twice for message \(message.number)")
        }
        if message.done[host.index].contains(HandlerSet(handler)), !message.isGivenOutTwice {
            violate(
                .handledBeforeDeleted,
                "a handler runs again for message \(message.number), with which it was done")
        }
        if message.rejected[host.index].contains(HandlerSet(handler)), !message.isGivenOutTwice {
            violate(
                .handledBeforeDeleted,
                "a handler runs again for message \(message.number), which it rejected")
        }
        for other in message.line.running
        where other !== holding && !begun.contains(where: { $0 === other }) {
            checkBeside(holding, other)
        }
        // One that has gone has no place in its group any more: when the service's clock jumps, the
        // redrive policy may take a message that a daemon rightly holds.
        guard plan.isFIFO, !message.isFinished, !message.isGone,
            let head = message.line.head(after: begun.map(\.message))
        else { return }
        if head !== message {
            violate(
                .groupsInOrder,
                "message \(message.number) runs before message \(head.number) of its group")
        }
    }

    private func checkBeside(_ holding: Holding, _ other: Holding) {
        let both = "messages \(holding.message.number) and \(other.message.number)"
        if other.host === holding.host {
            return violate(.groupsInOrder, "\(both) run at once in one daemon")
        }
        // One that lapsed before its time may be followed by others of its group already.
        let isExcused = other.message.isGivenOutTwice || holding.message.isGivenOutTwice
        // One that was done and whose delete was lost comes again, beside what was run after it: a
        // group gives its messages up to the first in flight.
        let message = holding.message
        let comesAgain = message.isFinished && message.number < other.message.number
        if other.isExclusive, !isExcused, !comesAgain {
            violate(.leasesKept, "\(both) run at once in two daemons")
        }
    }
}
