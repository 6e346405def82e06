import EmbeddedQueue
import SQS
import SubscriberEngine

/// What is to happen, and when.
extension World {
    indirect enum Action: Sendable {
        case event(host: Int, life: Int, Event)
        case wake(host: Int, life: Int, at: Instant)
        /// A request reaches the service.
        case request(Call)
        /// An answer reaches the daemon.
        case answer(Call, Answer)
        /// The daemon waits no longer.
        case giveUp(Call)
        case hangUp(UInt64)
        case serviceWakes(at: Instant)
        case publish(group: Int?)
        case neighbour(host: Int, life: Int)
        case stop(host: Int)
        case stopNow(host: Int, life: Int)
        case kill(host: Int)
        case reload(host: Int)
        case leave(host: Int)
        case resume(host: Int, life: Int)
        case restart(host: Int, life: Int)
        case timeoutChange(Duration)
        case serviceClock(Duration)
        /// The lease may lapse now, unless it was renewed.
        case lapse(host: Int, life: Int, LeaseID)
        case calm
        case end
    }

    func schedule() {
        for host in hosts { at(.start, .event(host: host.index, life: 0, .timePassed)) }
        for number in 0..<plan.messages {
            let group = plan.isFIFO ? number % plan.groups : nil
            at(.start + plan.publishing * chance.fraction(), .publish(group: group))
        }
        for stop in plan.stops { at(stop.at, .stop(host: stop.host)) }
        for kill in plan.kills { at(kill.at, .kill(host: kill.host)) }
        for reload in plan.reloads { at(reload.at, .reload(host: reload.host)) }
        for departure in plan.departures { at(departure.at, .leave(host: departure.host)) }
        for change in plan.timeoutChanges { at(change.at, .timeoutChange(change.timeout)) }
        for jump in plan.serviceClockJumps { at(jump.at, .serviceClock(jump.by)) }
        if plan.hasNeighbour { at(.start + .seconds(1), .neighbour(host: 0, life: 0)) }
        at(.start + plan.trouble, .calm)
    }

    func perform(_ action: Action) {
        switch action {
        case .event(let index, let life, let event):
            if let host = living(index, life) { turn(host, event) }
        case .wake(let index, let life, let moment):
            if let host = living(index, life), host.wakeAt == moment { turn(host, .timePassed) }
        case .request(let call): arrive(call)
        case .answer(let call, let answer): take(answer, to: call)
        case .giveUp(let call): giveUp(call)
        case .hangUp(let caller): hangUp(caller)
        case .serviceWakes(let moment): if serviceWakesAt == moment { wakeService() }
        case .publish(let group): publish(group)
        case .lapse(let index, let life, let lease):
            if let host = living(index, life) { checkLapse(lease, host) }
        case .neighbour(let index, let life):
            if let host = living(index, life) { disturb(host) }
        default: befall(action)
        }
    }

    /// What happens to daemons and to the service.
    private func befall(_ action: Action) {
        note("\(action)")
        switch action {
        case .stop(let index):
            let host = hosts[index]
            if !host.isOver { stopForGood(host) }
        case .stopNow(let index, let life): if let host = living(index, life) { stopNow(host) }
        case .kill(let index): kill(hosts[index])
        case .reload(let index): if !hosts[index].isOver { reload(hosts[index]) }
        case .leave(let index): leave(hosts[index])
        case .resume(let index, let life): if let host = living(index, life) { resume(host) }
        case .restart(let index, let life):
            if hosts[index].life == life, hosts[index].isOver { restart(hosts[index]) }
        case .timeoutChange(let timeout): changeQueueTimeout(timeout)
        case .serviceClock(let jump): moveServiceClock(jump)
        case .calm: beCalm()
        case .end: end()
        default: break
        }
    }

    func living(_ index: Int, _ life: Int) -> Host? {
        let host = hosts[index]
        return host.life == life && !host.isOver ? host : nil
    }

    // MARK: Incidents

    /// The service lets no message be held for longer than 12 hours.
    private static let longestRun = Duration.seconds(43_200)
    private static let longestAbsence = Duration.seconds(20)

    func stop(_ host: Host, grace: Duration) {
        let patience = Drain.longestEnd + Drain.answerPatienceMaximum
        let stopBy = now + grace + patience
        let isFirst = !host.isStopping
        host.stopBy = min(host.stopBy ?? stopBy, stopBy)
        host.stoppedAt = host.stoppedAt ?? now
        host.graceUntil = min(host.graceUntil ?? now + grace, now + grace)
        turn(host, .stop(graceUntil: now + grace))
        if isFirst { checkStopped(host) }
    }

    private func stopForGood(_ host: Host) {
        let grace = .seconds(20) * chance.fraction()
        host.isLeaving = false
        stop(host, grace: grace)
        if happens(0.3) {
            after(grace * chance.fraction(), .stopNow(host: host.index, life: host.life))
        }
    }

    /// What runs of a queue that nobody asks for any more may take its time.
    private func leave(_ host: Host) {
        guard !host.isOver, !host.isStopping else { return }
        host.isLeaving = true
        stop(host, grace: Self.longestRun)
        let pause = Self.longestAbsence * chance.fraction()
        after(pause, .resume(host: host.index, life: host.life))
    }

    /// The queue is wanted again, and so is all that the stop gave back.
    private func resume(_ host: Host) {
        guard host.isLeaving else { return }
        // Whatever the time that passed leads to is none of its doing.
        turn(host, .timePassed)
        guard !host.isOver else { return }
        host.isLeaving = false
        (host.stoppedAt, host.stopBy, host.graceUntil) = (nil, nil, nil)
        // The message that was kept for a handler that cannot work was given back.
        host.futileProbeLimit += 1
        // What fails while nothing is to be received any more says nothing of what comes after it.
        host.receiveFailures = FailureRow()
        turn(host, .resume, isReload: true)
        if host.subscription.snapshot().drain != .running {
            violate(.reloadIsLossless, "a queue that is wanted again is not served")
        }
    }

    private func stopNow(_ host: Host) {
        host.stoppedAt = host.stoppedAt ?? now
        host.graceUntil = now
        turn(host, .stopNow)
        checkStoppedNow(host)
    }

    private func kill(_ host: Host) {
        guard !host.isOver else { return }
        for (_, holding) in host.holdings.sorted(by: { $0.key < $1.key }) {
            holding.message.cause = .killed
        }
        bury(host)
        after(.milliseconds(100), .restart(host: host.index, life: host.life))
    }

    /// Another concurrency, and at times another set of handlers and other settings of the queue.
    private func reload(_ host: Host) {
        let concurrency = 1 + Int(chance.next() % 12)
        let count = 1 + Int(chance.next() % UInt64(plan.handlerCount))
        var queue = host.queue
        if plan.reloadsQueue {
            queue.visibilityTimeout = chance.pick([nil, nil, .seconds(4), .seconds(15)])
            queue.maximumPollers = chance.pick([1, 2, 8])
            queue.weight = chance.pick([1, 3])
            queue.priority = chance.pick([0, 1])
        }
        reload(host, queue, concurrency: concurrency, handlers: count)
    }

    private func reload(
        _ host: Host, _ queue: SubscriberEngine.QueueSettings, concurrency: Int,
        handlers count: Int
    ) {
        host.presentConcurrency = concurrency
        host.concurrency = max(host.concurrency, concurrency)
        // Whatever the time that passed leads to is none of the reload's doing.
        turn(host, .timePassed)
        guard !host.isOver else { return }
        host.handlers = (0..<count).map { HandlerID($0) }
        host.futileRuns = 0
        host.gateOpenedAt = nil
        // With its handler the fault is gone, and nobody knows whether it will come back.
        if !host.handlers.contains(where: { "h\($0.value)" == host.faultyHandler }) {
            host.inHandAtFault = nil
        }
        host.refusesMessages = false
        host.queue = queue
        host.ledger.setWeight(queue.weight, priority: queue.priority, of: host.member)
        let settings = plan.settings(queue, concurrency: concurrency, handlers: count)
        turn(host, .settingsChanged(settings), isReload: true)
    }

    /// From now on nothing goes wrong any more.
    private func beCalm() {
        isCalm = true
        for host in hosts where host.isOver {
            after(.seconds(1), .restart(host: host.index, life: host.life))
        }
        for host in hosts { endHangingRuns(host) }
        // Nothing is left that no handler asks for any more.
        guard plan.matching == .one else { return }
        for host in hosts where !host.isOver && !host.isStopping {
            reload(host, host.queue, concurrency: plan.concurrency, handlers: plan.handlerCount)
        }
    }

    /// Another subscription of the daemon takes and gives slots.
    private func disturb(_ host: Host) {
        let neighbour = host.neighbour
        guard !isCalm else { return deliver(host.ledger.leave(neighbour), host) }
        let held = host.ledger.held(by: neighbour)
        var grants = host.ledger.giveBack(Int(chance.next() % UInt64(held + 1)), from: neighbour)
        grants += host.ledger.want(
            Int(chance.next() % 12), idle: happens(0.3), for: neighbour)
        deliver(grants, host)
        after(.seconds(1), .neighbour(host: host.index, life: host.life))
    }

    func deliver(_ grants: [SlotLedger.Grant], _ host: Host) {
        for grant in grants where grant.member == host.member {
            at(now, .event(host: host.index, life: host.life, .slotsGranted(grant.count)))
        }
    }
}
