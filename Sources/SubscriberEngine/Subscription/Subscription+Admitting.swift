/// What becomes of messages that just came.
extension Subscription {
    /// Takes in the messages of one receive. Answers how many of its slots they use.
    mutating func admit(_ deliveries: [Delivery], from poll: Polls.Poll?) -> Int {
        var used = 0
        var surplus = 0
        var gated = 0
        let timeout = poll?.timeout ?? visibilityTimeout ?? Self.assumedVisibilityTimeout
        for delivery in deliveries where book[delivery.lease] == nil {
            supersede(delivery.messageID)
            book.admit(lease(of: delivery, from: poll), timeout: timeout, at: now)
            endings.began()
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
                book[delivery.lease]?.hasSlot = true
            }
        }
        if surplus > 0 { report(.released(surplus, .surplus)) }
        if gated > 0 { report(.released(gated, .gate)) }
        return used
    }

    /// Each message joins its line; then those start that have nothing ahead of them. First all
    /// join: one that ends at once takes those behind it along.
    mutating func lineUp(_ deliveries: [Delivery]) {
        var first: [LeaseID] = []
        for delivery in deliveries {
            guard let lease = book[delivery.lease], lease.hasSlot, !lease.isInLine,
                lease.phase == .handling, lease.ending == nil
            else { continue }
            book[delivery.lease]?.isInLine = true
            if order.join(delivery.lease, lease.line) { first.append(delivery.lease) }
        }
        for id in first where book[id]?.isInLine ?? false { start(id) }
    }

    /// The message came back, so an earlier release of it has worked, although its answer was lost:
    /// repeating it could take the message away from this delivery.
    private mutating func supersede(_ messageID: String) {
        guard !unreturned.isEmpty, let earlier = unreturned[messageID] else { return }
        end(earlier, .leftToLapse(.returnUnconfirmed))
    }

    private func lease(of delivery: Delivery, from poll: Polls.Poll?) -> Lease {
        let known = memory[delivery.messageID]
        let runs = delivery.handlers.map { handler in
            let isDone = known.map { wasDone(handler, in: $0) } ?? false
            // A handler that nobody knows cannot run: the message stays with the queue.
            let state = handlers[handler] == nil ? HandlerRun.State.over(.giveBack) : .waiting
            return HandlerRun(handler: handler, state: isDone ? .over(.done) : state)
        }
        let sentAt = poll?.sentAt ?? now
        let line = settings.isFIFO ? delivery.group ?? delivery.messageID : delivery.messageID
        return Lease(
            id: delivery.lease, messageID: delivery.messageID,
            receiptHandle: delivery.receiptHandle, group: delivery.group,
            receiveCount: delivery.receiveCount, line: line,
            hasDisposal: delivery.hasDisposal, receivedAt: sentAt, admittedAt: now,
            until: sentAt, span: .zero, runs: runs)
    }

    /// A lease is first in its line: delete it where it is done already, else run its handlers.
    mutating func start(_ id: LeaseID) {
        guard let lease = book[id], lease.ending == nil, lease.phase == .handling,
            !lease.isInDoubt, !lease.isRunning
        else { return }
        let known = memory[lease.messageID]
        if known?.isDeletable ?? false || recentDeletes.contains(lease.messageID, at: now) {
            report(.deletedWithoutRun(messageID: lease.messageID))
            return delete(id)
        }
        if let known {
            for index in lease.runs.indices where wasDone(lease.runs[index].handler, in: known) {
                book[id]?.runs[index].state = .over(.done)
            }
        }
        if lease.runs.isEmpty { return nothingMatched(id) }
        guard let lease = book[id] else { return }
        if lease.isConcluded {
            conclude(id)
            return
        }
        for index in lease.runs.indices where lease.runs[index].state == .waiting {
            if handlers.hasRoom(lease.runs[index].handler, at: now) {
                run(id, index)
            } else {
                handlers.wait(id, for: lease.runs[index].handler)
            }
        }
    }

    private func wasDone(_ handler: HandlerID, in completion: Completion) -> Bool {
        handlers[handler].map { completion.handlers.contains($0.name) } ?? false
    }

    private mutating func nothingMatched(_ id: LeaseID) {
        guard let lease = book[id] else { return }
        let policy = settings.queue.unmatched
        if let count = unmatched.note(at: now) {
            report(.unmatched(count: count, lastMessageID: lease.messageID, policy))
        }
        switch policy {
        case .leave: end(id, .leftToLapse(.unmatched))
        case .delete: delete(id)
        case .reject: reject(id, "no handler matched the message")
        }
    }
}
