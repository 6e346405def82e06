internal import MessageHandling
internal import SQS

/// Runs of handlers, and what their results mean for the message.
extension Subscription {
    private mutating func run(_ id: LeaseID, _ index: Int) {
        guard let lease = leasing[id] else { return }
        let handler = lease.runs[index].handler
        handling.started(handler, at: now)
        leasing[id]?.runs[index].state = .running(since: now)
        let fellows = startFellows(of: lease, handler)
        effects.append(
            fellows.isEmpty ? .run(id, handler) : .runInOrder([id] + fellows, handler))
    }

    /// Runs what waits, or has it wait on where its handler has no room.
    mutating func runOrWait(_ id: LeaseID, _ index: Int) {
        guard let handler = leasing[id]?.runs[index].handler else { return }
        if handling.loads.hasRoom(handler, at: now) {
            run(id, index)
        } else {
            handling.wait(id, for: handler)
        }
    }

    /// Runs what waits for a handler that has room.
    mutating func startWaiting(for handler: HandlerID) {
        while let id = handling.nextWaiting(for: handler, at: now) {
            guard let lease = leasing[id], lease.ending == nil, lease.phase == .handling,
                handling.isFirst(lease), !lease.isInDoubt,
                let index = lease.runs.firstIndex(where: {
                    $0.handler == handler && $0.state == .waiting
                })
            else { continue }
            run(id, index)
        }
    }

    mutating func handlerFinished(
        _ id: LeaseID, _ handler: HandlerID, _ result: HandlerResult, _ detail: RunDetail
    ) {
        guard let lease = leasing[id],
            let index = lease.runs.firstIndex(where: { $0.handler == handler && $0.isRunning }),
            let startedAt = lease.runs[index].startedAt
        else { return }
        var handled = HandledMessage(
            messageID: lease.messageID, handler: handling.name(of: handler), result: result,
            duration: now - startedAt, receiveCount: lease.receiveCount,
            maximumReceives: attributes.maximumReceives, group: lease.group, detail: detail)
        handling.finished(handler, isAbandoned: lease.isAbandoned)
        report(handling.groupReturned(lease, at: now))
        if lease.isAbandoned {
            let consequence = consequence(of: result, lease, handler)
            leasing[id]?.runs[index].state = .over(consequence)
            report(.outcomeDiscarded(handled))
            abandonedReturned(id)
        } else {
            runEnded(lease, index, &handled)
        }
        startWaiting(for: handler)
    }

    private mutating func runEnded(_ lease: Lease, _ index: Int, _ handled: inout HandledMessage) {
        guard !isOutrun(lease) else { return outrunReturned(lease, index) }
        let handler = lease.runs[index].handler
        var change: AvailabilityGate.Change?
        if case .unavailable(let reason) = handled.result {
            let isRepeated = gate.kept?.lease == lease.id
            let (isKept, news) = keep(lease, for: handler, reason)
            if isKept {
                leasing[lease.id]?.runs[index].state = .held
                handled.aftermath = .kept
                // Repeated attempts in place are not worth a line each.
                if !isRepeated { report(.handled(handled)) }
                gateChanged(news)
                return restWithoutSlot(lease.id)
            }
            change = news
        }
        let consequence = consequence(of: handled.result, lease, handler)
        leasing[lease.id]?.runs[index].state = .over(consequence)
        if consequence.isOfWork { leasing[lease.id]?.isWorkedOff = true }
        // The report tells what becomes of the message, and comes before what follows from it.
        let place = effects.count
        note(handled.result, of: handler, lease)
        if leasing[lease.id]?.isConcluded ?? false { handled.aftermath = conclude(lease.id) }
        effects.insert(.report(.handled(handled)), at: place)
        gateChanged(change)
        restWithoutSlot(lease.id)
    }

    private mutating func consequence(
        of result: HandlerResult, _ lease: Lease, _ handler: HandlerID
    ) -> HandlerRun.Consequence {
        switch result {
        case .outcome(.done): return .done
        case .outcome(.reject(reason: let reason)): return .reject(reason)
        case .outcome(.retry(after: .some(let delay))), .failed(after: let delay):
            return .retry(RetryPolicy.paced(delay, receiveCount: lease.receiveCount, &jitter))
        case .outcome(.retry(after: .none)), .threw:
            let policy = handling[handler]?.retry ?? .visibilityTimeout
            let delay = policy.delay(receiveCount: lease.receiveCount, &jitter)
            return .retry(
                delay.map {
                    RetryPolicy.paced($0, receiveCount: lease.receiveCount, &jitter)
                })
        case .unavailable, .cancelled: return .giveBack
        }
    }

    /// Every handler is over with the message: it is deleted when all are done, comes back when one
    /// wants it again (after the longest delay that was asked for), and is rejected when one
    /// rejects it and none wants it again.
    @discardableResult
    mutating func conclude(_ id: LeaseID) -> Aftermath {
        guard let lease = leasing[id] else { return .undecided }
        concludeProbe(lease)
        let verdict = Verdict(of: lease)
        if verdict.comesBack {
            return comeBack(id, verdict)
        } else if let rejection = lease.rejections.first {
            reject(id, rejection.reason, by: rejection.handler)
            return leasing[id]?.phase == .deadLettering ? .deadLettering : lapsing(lease)
        } else {
            delete(id)
            return .deleted
        }
    }

    private func lapsing(_ lease: Lease) -> Aftermath {
        .lapses(within: max(.zero, lease.until - now))
    }

    @discardableResult
    mutating func comeBack(_ id: LeaseID, _ verdict: Verdict) -> Aftermath {
        guard let lease = leasing[id] else { return .undecided }
        if lease.isLost {
            end(id, .leftToLapse(.leaseLost(.refused)))
            return lapsing(lease)
        }
        let delay = verdict.delay.map { capped($0, lease) }
        if verdict.lapses || delay != nil {
            groupFailed(lease, returnsAfter: delay)
            report(
                .retryScheduled(
                    messageID: lease.messageID, receiveCount: lease.receiveCount, delay: delay))
        }
        if let delay {
            giveBack(id, after: delay)
        } else if verdict.lapses {
            end(id, .leftToLapse(.retry))
            return lapsing(lease)
        } else {
            giveBack(id)
        }
        return .returns(after: delay ?? .zero)
    }

    private mutating func capped(_ delay: Duration, _ lease: Lease) -> Duration {
        let longest = leasing.longestDelay(lease, at: now)
        guard delay > longest else { return delay }
        report(.delayCapped(messageID: lease.messageID, asked: delay, granted: longest))
        return longest
    }

    // MARK: Rejecting

    mutating func reject(_ id: LeaseID, _ reason: String, by handler: HandlerID? = nil) {
        guard let lease = leasing[id] else { return }
        guard settings.queue.deadLetterQueueURL != nil else {
            report(.rejected(messageID: lease.messageID, reason: reason, deadLettered: false))
            groupFailed(lease, returnsAfter: nil)
            return end(id, .leftToLapse(.rejected))
        }
        if let error = settling.deadLetterHold(at: now) { return notDeadLettered(lease, error) }
        begin(.deadLettering, of: lease)
        effects.append(.deadLetter(id, reason: reason, by: handler))
    }

    mutating func deadLetterAnswered(_ id: LeaseID, _ error: SQSError?) {
        guard let lease = leasing[id], lease.phase == .deadLettering, lease.ending == nil else {
            return
        }
        if let error {
            // What is wrong with this message keeps no other from its way.
            if !error.concernsMessage {
                report(settling.noteDeadLetter(error, at: now, &jitter))
            }
            return notDeadLettered(lease, error)
        }
        report(settling.noteDeadLetter(nil, at: now, &jitter))
        let reason = lease.rejections.first?.reason
        report(
            .rejected(
                messageID: lease.messageID, reason: reason ?? "no handler matched",
                deadLettered: true))
        delete(id)
    }

    private mutating func groupFailed(_ lease: Lease, returnsAfter delay: Duration?) {
        for news in handling.groupFailed(lease, returnsAfter: delay, at: now) { report(news) }
    }

    private mutating func notDeadLettered(_ lease: Lease, _ error: SQSError) {
        report(.deadLetterFailed(messageID: lease.messageID, error))
        groupFailed(lease, returnsAfter: nil)
        end(lease.id, .leftToLapse(.rejected))
    }
}
