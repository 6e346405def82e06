import MessageHandling
import SQS
import SubscriberEngine

/// The service's side, and the network in front of it.
extension World {
    /// How long a caller waits for an answer that does not come.
    static let callTimeout = Duration.seconds(3)

    func serve(_ host: Int, _ life: Int, _ receive: Receive, _ until: Instant) {
        guard hosts[host].life == life, hosts[host].out[receive.poll] != nil else { return }
        let poll = receive.poll
        if let error = fault() {
            return answer(host, life, .receiveFailed(poll, error), after: errorDelay(error))
        }
        var taken = queue.receive(receive, at: now)
        for message in taken { checkDelivery(message) }
        if taken.count < receive.maximumMessages, happens(plan.duplicate),
            let index = queue.messages.indices.first(where: {
                queue.messages[$0].isInFlight(at: now)
            })
        {
            duplicated.insert(queue.messages[index].id)
            taken.append(queue.duplicate(index, receive, at: now))
        }
        if taken.isEmpty, now < until {
            let soon = queue.nextVisible(after: now) ?? until
            let next = min(until, max(min(soon, now + .seconds(1)), now + .milliseconds(1)))
            return at(next, .receive(host: host, life: life, receive, until: until))
        }
        if happens(plan.loseAnswer) {
            return answer(host, life, .receiveFailed(poll, .cut), after: Self.callTimeout)
        }
        let handlers = plan.handlers
        let deliveries = taken.map { message -> Delivery in
            lastLease += 1
            let lease = LeaseID(lastLease)
            inTransit[lease] = message
            return Delivery(
                lease: lease, messageID: message.id, receiptHandle: message.handle,
                group: message.group, receiveCount: message.receives, handlers: handlers)
        }
        answer(host, life, .received(poll, deliveries), after: delay())
    }

    func serveDelete(_ host: Int, _ life: Int, _ batch: BatchID, _ entries: [Deletion]) {
        let handles = entries.map { ($0.lease, $0.receiptHandle) }
        call(host, life, handles) { handle in
            self.queue.delete(handle, at: self.now)
        } answer: { failed in
            .deleteAnswered(batch, failed: failed)
        }
    }

    func serveChange(_ host: Int, _ life: Int, _ batch: BatchID, _ entries: [VisibilityChange]) {
        let handles = entries.map { ($0.lease, $0.receiptHandle) }
        let timeouts = Dictionary(uniqueKeysWithValues: entries.map { ($0.receiptHandle, $0) })
        call(host, life, handles) { handle in
            guard let timeout = timeouts[handle]?.timeout else { return .lost }
            let error = self.queue.change(handle, to: timeout, at: self.now)
            if error?.kind == .malformed { self.violate("asked for more than 12 hours") }
            return error
        } answer: { failed in
            .visibilityAnswered(batch, failed: failed)
        }
    }

    func serveDeadLetter(_ host: Int, _ life: Int, _ lease: LeaseID) {
        let error = fault()
        if error == nil, let id = hosts[host].known[lease]?.id { deadLettered.insert(id) }
        let isLost = error == nil && happens(plan.loseAnswer)
        answer(
            host, life, .deadLetterAnswered(lease, isLost ? .cut : error),
            after: isLost ? Self.callTimeout : delay())
    }

    private func call(
        _ host: Int, _ life: Int, _ handles: [(LeaseID, String)],
        _ apply: (String) -> SQSError?, answer make: ([LeaseID: SQSError]) -> Event
    ) {
        var failed: [LeaseID: SQSError] = [:]
        if let error = fault() {
            for (lease, _) in handles { failed[lease] = error }
            return answer(host, life, make(failed), after: errorDelay(error))
        }
        for (lease, handle) in handles {
            failed[lease] = happens(plan.entryFails) ? .cut : apply(handle)
        }
        if happens(plan.loseAnswer) {
            for (lease, _) in handles { failed[lease] = .cut }
            return answer(host, life, make(failed), after: Self.callTimeout)
        }
        answer(host, life, make(failed), after: delay())
    }

    private func fault() -> SQSError? {
        if happens(plan.loseRequest) { return .cut }
        return happens(plan.refuse) ? .busy : nil
    }

    private func errorDelay(_ error: SQSError) -> Duration {
        error.kind == .transient ? Self.callTimeout * chance.fraction() : delay()
    }

    private func answer(_ host: Int, _ life: Int, _ event: Event, after delay: Duration) {
        at(now + delay, .event(host: host, life: life, event))
    }
}
