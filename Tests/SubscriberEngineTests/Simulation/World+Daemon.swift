import MessageHandling
import SQS
import SubscriberEngine

/// The daemon's side: effects carried out, handlers run, and what must hold checked.
extension World {
    func turn(_ host: Int, _ event: Event) {
        guard !hosts[host].isFinished else { return }
        if case .slotsGranted(let count) = event { hosts[host].slotsWithEngine += count }
        note("\(host) ← \(event)")
        for effect in hosts[host].subscription.handle(event, at: now) {
            note("\(host) → \(effect)")
            perform(effect, host)
        }
        check(host)
    }

    func note(_ line: @autoclosure () -> String) {
        if recordsTrace { trace.append("\(now.sinceStart) \(line())") }
    }

    private func perform(_ effect: Effect, _ host: Int) {
        let life = hosts[host].life
        switch effect {
        case .wantSlots(let count, let idle):
            let member = hosts[host].member
            deliver(hosts[host].ledger.want(count, idle: idle, for: member), host)
        case .returnSlots(let count):
            hosts[host].slotsWithEngine -= count
            deliver(hosts[host].ledger.giveBack(count, from: hosts[host].member), host)
        case .receive(let receive): send(receive, host)
        case .cancelReceive(let poll): cut(poll, host)
        case .run(let lease, let handler): start(lease, handler, host)
        case .cancel(let lease, let handler, _): cancel(lease, handler, host)
        case .delete(let batch, let entries):
            hosts[host].requests += 1
            checkDelete(entries, host)
            at(now + delay(), .delete(host: host, life: life, batch, entries))
        case .changeVisibility(let batch, let entries):
            hosts[host].requests += 1
            if entries.count > 10 { violate("a batch of \(entries.count)") }
            at(now + delay(), .change(host: host, life: life, batch, entries))
        case .deadLetter(let lease, _):
            at(now + delay(), .deadLetter(host: host, life: life, lease))
        case .readAttributes:
            let read = QueueAttributes(visibilityTimeout: plan.queueTimeout)
            at(now + delay(), .event(host: host, life: life, .attributesRead(read)))
        case .forget(let lease): hosts[host].contents.remove(lease)
        case .ended(let lease, _):
            if !hosts[host].ended.insert(lease).inserted { violate("\(lease) ended twice") }
        case .wake(let moment):
            hosts[host].wakeAt = moment
            at(max(now, moment), .wake(host: host, life: life, at: moment))
        case .report, .keep: break
        case .finished: finished(host)
        }
    }

    private func send(_ receive: Receive, _ host: Int) {
        hosts[host].requests += 1
        if receive.maximumMessages < 1 || receive.maximumMessages > 10 {
            violate("a receive for \(receive.maximumMessages)")
        }
        hosts[host].out[receive.poll] = receive
        let moment = now + delay()
        at(
            moment,
            .receive(
                host: host, life: hosts[host].life, receive, until: moment + receive.waitTime))
    }

    private func cut(_ poll: PollID, _ host: Int) {
        guard hosts[host].out[poll] != nil, !happens(0.1) else { return }
        hosts[host].out[poll] = nil
        at(now, .event(host: host, life: hosts[host].life, .receiveCancelled(poll)))
    }

    // MARK: Handlers

    private func start(_ lease: LeaseID, _ handler: HandlerID, _ host: Int) {
        guard let message = hosts[host].known[lease] else {
            return violate("\(lease) runs and was never received")
        }
        checkStart(message, lease, handler, host)
        runs[message.id, default: 0] += 1
        let run = Run(
            messageID: message.id, handler: handler, ignoresCancel: happens(plan.ignoreCancel))
        hosts[host].running[lease, default: [:]][handler] = run
        let moment = now + plan.slowestHandler * chance.fraction()
        at(moment, .event(host: host, life: hosts[host].life, result(lease, handler)))
    }

    private func result(_ lease: LeaseID, _ handler: HandlerID) -> Event {
        let result: HandlerResult =
            if happens(plan.handlerUnavailable) {
                .unavailable("no such program")
            } else if happens(plan.handlerFails) {
                switch chance.next() % 4 {
                case 0: .outcome(.retry(after: nil))
                case 1: .outcome(.retry(after: .seconds(5) * chance.fraction()))
                case 2: .outcome(.reject(reason: "bad"))
                default: .threw("failed")
                }
            } else {
                .outcome(.done)
            }
        return .handlerFinished(lease, handler, result)
    }

    private func cancel(_ lease: LeaseID, _ handler: HandlerID, _ host: Int) {
        hosts[host].running[lease]?[handler]?.isCancelled = true
        guard let run = hosts[host].running[lease]?[handler], !run.ignoresCancel else { return }
        let event = Event.handlerFinished(lease, handler, .cancelled)
        at(now + .milliseconds(50), .event(host: host, life: hosts[host].life, event))
    }

    /// What the engine is to hear of an event, if anything. A run that was cancelled counts as
    /// such, one that ended does not end again, and a receive that was cut has no answer.
    func arrive(_ event: Event, _ host: Int) -> Event? {
        switch event {
        case .handlerFinished(let lease, let handler, let result):
            guard let run = hosts[host].running[lease]?.removeValue(forKey: handler) else {
                return nil
            }
            if hosts[host].running[lease]?.isEmpty ?? false { hosts[host].running[lease] = nil }
            if run.isCancelled { return .handlerFinished(lease, handler, .cancelled) }
            if result == .outcome(.done) { done[run.messageID, default: []].insert(handler) }
            return event
        case .received(let poll, let deliveries):
            guard hosts[host].out.removeValue(forKey: poll) != nil else { return nil }
            for delivery in deliveries {
                hosts[host].contents.insert(delivery.lease)
                hosts[host].known[delivery.lease] = inTransit.removeValue(forKey: delivery.lease)
            }
            return event
        case .receiveFailed(let poll, _):
            return hosts[host].out.removeValue(forKey: poll) == nil ? nil : event
        default:
            return event
        }
    }

    private func finished(_ host: Int) {
        hosts[host].isFinished = true
        let open = hosts[host].known.keys.filter { !hosts[host].ended.contains($0) }
        if !open.isEmpty { violate("finished with \(open.count) leases open") }
        if let stopBy = hosts[host].stopBy, now > stopBy { violate("the stop took too long") }
    }
}
