import EmbeddedQueue
import SQS
import SubscriberEngine

/// The daemon's side: events handed to the engine, its effects carried out.
extension World {
    func turn(_ host: Host, _ event: Event, isReload: Bool = false) {
        guard let event = heard(event, host) else { return }
        if case .slotsGranted(let count) = event { host.slotsWithEngine += count }
        tally.events += 1
        note("\(host.index) ← \(event.text)")
        if plan.gathersResults, case .handlerFinished = event {
            // What comes next finds it waiting.
            if host.results.isEmpty {
                let soon = Duration.milliseconds(1) * chance.fraction()
                after(soon, .event(host: host.index, life: host.life, .timePassed))
            }
            return host.results.append(event)
        }
        let effects = host.subscription.handle(host.results + [event], at: now)
        host.resultsHeard = host.results.count
        host.results = []
        host.isFinishing = host.isStopping && effects.contains(where: \.isLast)
        // With fewer workers more messages would wait too long.
        let releasesEarly = effects.contains { effect in
            if case .report(.released(_, .early)) = effect { true } else { false }
        }
        for effect in effects {
            note("\(host.index) → \(effect)")
            if isReload, !releasesEarly { checkReload(effect) }
            perform(effect, host)
        }
        check(host)
    }

    /// What the engine is to hear of an event, if anything: a run that ended does not end again.
    private func heard(_ event: Event, _ host: Host) -> Event? {
        switch event {
        case .handlerFinished(let lease, let handler, let result, _):
            return runEnded(lease, handler, result, host)
        case .receiveCancelled(let poll):
            guard let sent = host.cutReceives.removeValue(forKey: poll) else { return nil }
            pollIsOver(sent, host)
            loseAttempt(sent, host)
            return event
        default:
            return event
        }
    }

    private func perform(_ effect: Effect, _ host: Host) {
        switch effect {
        case .wantSlots(let count, let idle):
            deliver(host.ledger.want(count, idle: idle, for: host.member), host)
        case .returnSlots(let count):
            host.slotsWithEngine -= count
            deliver(host.ledger.giveBack(count, from: host.member), host)
        case .receive(let receive): sendReceive(receive, host)
        case .cancelReceive(let poll): cut(poll, host)
        case .run(let lease, let handler): start([lease], handler, host)
        case .runInOrder(let leases, let handler): start(leases, handler, host)
        case .cancel(let lease, let handler, let reason):
            checkCancel(reason, host)
            cancel(lease, handler, host)
        case .checkHandler(let handler): answerCheck(handler, host)
        case .delete(let batch, let entries):
            checkDelete(batch, entries, host)
            host.deleteCallsOut += 1
            send(.delete(batch, entries), host)
        case .changeVisibility(let batch, let entries):
            checkChange(batch, entries, host)
            send(.change(batch, entries), host)
        case .deadLetter(let lease, _, _): sendDeadLetter(lease, host)
        case .readAttributes:
            host.attributeReads += 1
            send(.attributes, host)
        case .forget(let lease): forget(lease, host)
        case .dispose(let lease): checkDisposal(lease, host)
        case .ended(let lease, let ending): end(lease, ending, host)
        case .wake(let moment):
            host.wakeAt = moment
            at(moment, .wake(host: host.index, life: host.life, at: moment))
        case .report(let report): checkReport(report, host)
        case .finished: finish(host)
        case .keep(let change): keep(change, host)
        }
    }

    private func sendReceive(_ receive: Receive, _ host: Host) {
        check(receive, host)
        send(.receive(receive), host)
        if let id = receive.attemptID, host.attemptsSent[id] == nil {
            host.attemptsSent[id] = now
        }
    }

    private func sendDeadLetter(_ lease: LeaseID, _ host: Host) {
        guard let holding = host.holdings[lease] else {
            return violate(.nothingForgotten, "\(lease) is rejected and not held")
        }
        holding.isDeadLettering = true
        send(.deadLetter(lease, body: String(holding.message.number)), host)
    }

    /// A message arrives with an answer.
    func admit(
        _ message: DeliveredMessage, _ receive: Receive, sentAt: Instant, _ host: Host
    ) -> SubscriberEngine.Delivery {
        lastLease += 1
        let lease = LeaseID(lastLease)
        let tracked = messages[Int(message.content.body) ?? 0]
        let handlers = plan.matching(host.handlers, tracked.number)
        let holding = Holding(
            lease: lease, message: tracked, host: host, handlers: handlers,
            sentAt: sentAt, timeout: receive.visibilityTimeout,
            receiveCount: message.receiveCount, at: now)
        tracked.receives = max(tracked.receives, message.receiveCount)
        host.holdings[lease] = holding
        host.occupied += 1
        tracked.holdings.append(holding)
        finishIfDone(holding, host)
        watchLease(holding, host)
        return SubscriberEngine.Delivery(
            lease: lease, messageID: message.content.id, receiptHandle: message.receiptHandle,
            group: message.content.groupID, receiveCount: message.receiveCount,
            handlers: handlers, hasDisposal: true)
    }

    // MARK: Endings

    private func forget(_ lease: LeaseID, _ host: Host) {
        guard let holding = host.holdings[lease], holding.hasContent else {
            return violate(.memoryBounded, "\(lease) is forgotten and was not held")
        }
        host.change(holding) { $0.hasContent = false }
        holding.forgottenAt = now
        // What is finished, here or elsewhere, may be on its way out.
        guard !holding.message.isFinished else { return }
        let over = holding.over.union(holding.message.done[host.index])
        let isConcluded =
            holding.runs.isEmpty && over.isSuperset(of: HandlerSet(holding.handlers))
        holding.comeback = Comeback(since: now, isConcluded: isConcluded)
    }

    private func end(_ lease: LeaseID, _ ending: Ending, _ host: Host) {
        guard let holding = host.holdings[lease], holding.ending == nil else {
            return violate(.nothingForgotten, "\(lease) ended twice, or never was")
        }
        holding.ending = ending
        checkEnding(holding, host)
        switch ending {
        case .leftToLapse(.leaseLost): holding.message.cause = .leaseLost
        case .leftToLapse(.deleteUnconfirmed): holding.message.cause = .deleteUnconfirmed
        case .leftToLapse(.rejected): holding.message.rejected[host.index] = HandlerSet()
        default: break
        }
        letGo(holding, host)
    }

    /// Ended, and no handler runs any more.
    func letGo(_ holding: Holding, _ host: Host) {
        guard holding.ending != nil, holding.runs.isEmpty else { return }
        host.holdings[holding.lease] = nil
        holding.message.holdings.removeAll { $0 === holding }
    }

    private func finish(_ host: Host) {
        let open = host.holdings.values.filter { $0.ending == nil }
        if !open.isEmpty {
            violate(.nothingForgotten, "the stop leaves \(open.count) messages without an end")
        }
        if !host.isStopping {
            violate(.reloadIsLossless, "a queue that is wanted again comes to its end")
        }
        if let stopBy = host.stopBy, now > stopBy {
            violate(.stopIsLossless, "the stop took \(now - stopBy) too long")
        }
        bury(host)
        if !isClosing {
            let pause = Duration.seconds(1) + .seconds(20) * chance.fraction()
            after(pause, .restart(host: host.index, life: host.life))
        }
    }
}

extension Effect {
    fileprivate var isLast: Bool { if case .finished = self { true } else { false } }
}

extension Event {
    /// The same in every process, which the order of a dictionary is not.
    fileprivate var text: String {
        switch self {
        case .deleteAnswered(let batch, let failed):
            "deleteAnswered(\(batch.value), failed: \(Self.text(failed)))"
        case .visibilityAnswered(let batch, let failed):
            "visibilityAnswered(\(batch.value), failed: \(Self.text(failed)))"
        default: "\(self)"
        }
    }

    private static func text(_ failed: [LeaseID: SQSError]) -> String {
        failed.sorted { $0.key < $1.key }.map { "\($0.key.value): \($0.value.code)" }
            .joined(separator: ", ")
    }
}
