/// What becomes of messages that just came.
extension Subscription {
    /// Takes in the messages of one receive. Answers how many are in hand by that, and their bytes.
    mutating func admit(
        _ deliveries: [Delivery], from poll: Polls.Poll?
    ) -> (used: Int, bytes: Int) {
        var used = 0
        var bytes = 0
        var surplus = 0
        var gated = 0
        let timeout = poll?.timeout ?? visibilityTimeout ?? Self.assumedVisibilityTimeout
        for delivery in deliveries where leasing[delivery.lease] == nil {
            supersede(delivery.messageID)
            leasing.admit(lease(of: delivery, from: poll), timeout: timeout, at: now)
            settling.began()
            if !drain.isRunning {
                giveBack(delivery.lease)
            } else if used >= poll?.asked ?? 0 {
                surplus += 1
                giveBack(delivery.lease)
            } else if !gate.admit(delivery.lease, at: now) {
                gated += 1
                giveBack(delivery.lease)
            } else {
                used += 1
                bytes += delivery.bytes
                leasing[delivery.lease]?.isInHand = true
            }
        }
        if surplus > 0 { report(.released(surplus, .surplus)) }
        if gated > 0 { report(.released(gated, .gate)) }
        return (used, bytes)
    }

    /// Each message joins its line; then those start that have nothing ahead of them. First all
    /// join: one that ends at once takes those behind it along.
    mutating func lineUp(_ deliveries: [Delivery]) {
        var first: [LeaseID] = []
        for delivery in deliveries {
            guard let lease = leasing[delivery.lease], lease.isInHand, !lease.isInLine,
                lease.phase == .handling, lease.ending == nil
            else { continue }
            leasing[delivery.lease]?.isInLine = true
            if handling.join(lease) { first.append(delivery.lease) }
        }
        for id in first where leasing[id]?.isInLine ?? false { start(id) }
    }

    /// The message came back, so an earlier release of it has worked, although its answer was lost:
    /// repeating it could take the message away from this delivery.
    private mutating func supersede(_ messageID: String) {
        guard let earlier = leasing.unreturned(messageID) else { return }
        end(earlier, .leftToLapse(.returnUnconfirmed))
    }

    private func lease(of delivery: Delivery, from poll: Polls.Poll?) -> Lease {
        let known = settling.known(delivery.messageID)
        let runs = delivery.handlers.map { handler in
            // A handler that nobody knows cannot run: the message stays with the queue.
            let state = handling[handler] == nil ? HandlerRun.State.over(.giveBack) : .waiting
            return HandlerRun(handler: handler, state: settled(handler, in: known) ?? state)
        }
        let sentAt = poll?.sentAt ?? now
        let line = settings.isFIFO ? delivery.group ?? delivery.messageID : delivery.messageID
        return Lease(
            origin: LeaseOrigin(delivery, line: line), receivedAt: sentAt, admittedAt: now,
            until: sentAt, span: .zero, runs: runs)
    }

    /// A lease is first in its line: delete it where it is done already, else run its handlers, or
    /// have it wait for a slot for them.
    mutating func start(_ id: LeaseID) {
        guard let lease = leasing[id], lease.ending == nil, lease.phase == .handling,
            !lease.isInDoubt, !lease.isRunning
        else { return }
        if settling.isDone(lease.messageID, at: now) {
            report(.deletedWithoutRun(messageID: lease.messageID))
            return delete(id)
        }
        if let known = settling.known(lease.messageID) {
            for index in lease.runs.indices {
                guard let state = settled(lease.runs[index].handler, in: known) else { continue }
                leasing[id]?.runs[index].state = state
            }
        }
        if lease.runs.isEmpty { return nothingMatched(id) }
        guard let lease = leasing[id] else { return }
        if lease.isConcluded {
            conclude(id)
            return
        }
        guard lease.slotSince != nil else { return waitForSlot(id) }
        for index in lease.runs.indices where lease.runs[index].state == .waiting {
            runOrWait(id, index)
        }
    }

    mutating func waitForSlot(_ id: LeaseID, isFirst: Bool = false) {
        guard let lease = leasing[id], lease.isInHand, !lease.isReady else { return }
        let fellows = fellows(of: lease).count
        leasing[id]?.isReady = true
        leasing[id]?.fellows = fellows
        handling.ready.join(id, isFirst: isFirst, fellows: fellows, at: now)
    }

    /// What an earlier delivery of the message came to with the handler, if it did.
    func settled(_ handler: HandlerID, in known: Completion?) -> HandlerRun.State? {
        guard let known, let name = handling[handler]?.name else { return nil }
        if known.handlers.contains(name) { return .over(.done) }
        return known.rejection(by: name).map { .over(.reject($0.reason)) }
    }

    private mutating func nothingMatched(_ id: LeaseID) {
        guard let lease = leasing[id] else { return }
        let policy = settings.queue.unmatched
        if let count = handling.noteUnmatched(at: now) {
            report(.unmatched(count: count, lastMessageID: lease.messageID, policy))
        }
        switch policy {
        case .leave: end(id, .leftToLapse(.unmatched))
        case .delete: delete(id)
        case .reject: reject(id, "no handler matched the message")
        }
    }
}
