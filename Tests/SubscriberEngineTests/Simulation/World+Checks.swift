import MessageHandling
import SQS
import SubscriberEngine

/// What must hold at every step, whatever fails.
extension World {
    func violate(_ what: String) {
        violations.append("seed \(seed), at \(now.sinceStart): \(what)")
    }

    /// Nothing is hoarded, and the slots add up.
    func check(_ host: Int) {
        let state = hosts[host]
        let snapshot = state.subscription.snapshot()
        if snapshot.slotsHeld != state.slotsWithEngine, !state.isFinished {
            violate("the engine counts \(snapshot.slotsHeld) slots of \(state.slotsWithEngine)")
        }
        let asked = state.out.values.reduce(0) { $0 + $1.maximumMessages }
        let busy = state.contents.union(state.running.keys).count
        if asked + busy > state.slotsWithEngine, !state.isFinished {
            violate("\(busy) messages and \(asked) asked for in \(state.slotsWithEngine) slots")
        }
        if snapshot.endings.open < 0 { violate("more endings than messages") }
        for handler in plan.handlers {
            let count = state.running.values.reduce(0) { $0 + ($1[handler] == nil ? 0 : 1) }
            if count > max(plan.concurrency, 12) { violate("\(count) runs of one handler") }
        }
    }

    /// Nothing is deleted unless handled.
    func checkDelete(_ entries: [Deletion], _ host: Int) {
        if entries.count > 10 || entries.isEmpty { violate("a batch of \(entries.count)") }
        for entry in entries {
            guard let id = hosts[host].known[entry.lease]?.id else {
                violate("\(entry.lease) deleted and never received")
                continue
            }
            let missing = Set(plan.handlers).subtracting(done[id] ?? [])
            if !missing.isEmpty, !deadLettered.contains(id) {
                violate("\(id) deleted before \(missing) was done")
            }
        }
    }

    /// No lease lapses while its handler runs: when the service gives a message out, no handler
    /// runs for it that was not told to end.
    func checkDelivery(_ message: VirtualQueue.Stored) {
        guard plan.onLeaseLost == .cancel, !duplicated.contains(message.id) else { return }
        for host in hosts.indices where !hosts[host].isFinished {
            for run in hosts[host].running.values.flatMap(\.values)
            where run.messageID == message.id && !run.isCancelled {
                violate("\(message.id) is given out while a handler runs for it")
            }
        }
    }

    /// Groups stay in order, one message at a time; the same message never runs twice at once.
    func checkStart(
        _ message: VirtualQueue.Stored, _ lease: LeaseID, _ handler: HandlerID, _ host: Int
    ) {
        for (other, runs) in hosts[host].running where other != lease {
            guard let id = runs.values.first?.messageID else { continue }
            if id == message.id { violate("\(id) runs twice at once") }
            if plan.isFIFO, groups[id] == groups[message.id] {
                violate("\(id) and \(message.id) of one group run at once")
            }
        }
        if hosts[host].ended.contains(lease) { violate("\(lease) runs after its end") }
        guard plan.isFIFO else { return }
        for (id, group) in groups where group == groups[message.id] {
            guard let earlier = sequences[id], earlier < message.sequence else { continue }
            let isDone = (done[id]?.count ?? 0) == plan.handlerCount || deadLettered.contains(id)
            if !isDone { violate("\(message.id) runs before \(id) of its group") }
        }
    }

    /// After the trouble is over and all is calm, nothing is left.
    func checkEnd() {
        guard violations.isEmpty else { return }
        let survivors = hosts.filter { !$0.isFinished }
        guard !survivors.isEmpty else { return }
        if !queue.messages.isEmpty {
            violate("\(queue.messages.count) messages are left: \(queue.messages.map(\.id))")
        }
        for host in survivors {
            let open = host.subscription.snapshot().endings.open
            if open != 0 { violate("\(open) leases are open") }
        }
    }
}
