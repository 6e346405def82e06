internal import MessageHandling
internal import SQS

/// Runs of handlers, and what their results mean for the message.
extension Subscription {
    mutating func run(_ id: LeaseID, _ index: Int) {
        guard let handler = book[id]?.runs[index].handler else { return }
        handlers.started(handler, at: now)
        book[id]?.runs[index].state = .running(since: now)
        liveRuns += 1
        effects.append(.run(id, handler))
    }

    /// Runs what waits for a handler that has room.
    mutating func startWaiting(for handler: HandlerID) {
        while handlers.hasRoom(handler, at: now), let id = handlers.nextWaiting(for: handler) {
            guard let lease = book[id], lease.ending == nil, lease.phase == .handling,
                order.isActive(id, lease.line), !lease.isInDoubt,
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
        guard let lease = book[id],
            let index = lease.runs.firstIndex(where: { $0.handler == handler && $0.isRunning }),
            let startedAt = lease.runs[index].startedAt
        else { return }
        var handled = HandledMessage(
            messageID: lease.messageID, handler: handlers[handler]?.name ?? "", result: result,
            duration: now - startedAt, receiveCount: lease.receiveCount,
            maximumReceives: attributes.maximumReceives, group: lease.group, detail: detail)
        handlers.finished(handler, after: handled.duration)
        if lease.isAbandoned {
            let verdict = verdict(on: result, lease, handler)
            book[id]?.runs[index].state = .over(verdict)
            abandonedRuns -= 1
            report(.outcomeDiscarded(handled))
            noteGroupReturned(lease)
            abandonedReturned(id)
        } else {
            liveRuns -= 1
            noteGroupReturned(lease)
            runEnded(lease, index, &handled)
        }
        startWaiting(for: handler)
    }

    private mutating func runEnded(_ lease: Lease, _ index: Int, _ handled: inout HandledMessage) {
        let handler = lease.runs[index].handler
        var change: AvailabilityGate.Change?
        if case .unavailable(let reason) = handled.result {
            let isRepeated = gate.kept?.lease == lease.id
            let (isKept, news) = keep(lease, for: handler, reason)
            if isKept {
                book[lease.id]?.runs[index].state = .held
                handled.aftermath = .kept
                // Repeated attempts in place are not worth a line each.
                if !isRepeated { report(.handled(handled)) }
                return gateChanged(news)
            }
            change = news
        }
        let verdict = verdict(on: handled.result, lease, handler)
        book[lease.id]?.runs[index].state = .over(verdict)
        // The report tells what becomes of the message, and comes before what follows from it.
        let place = effects.count
        note(handled.result, of: handler, lease)
        if book[lease.id]?.isConcluded ?? false { handled.aftermath = conclude(lease.id) }
        effects.insert(.report(.handled(handled)), at: place)
        gateChanged(change)
    }

    private mutating func verdict(
        on result: HandlerResult, _ lease: Lease, _ handler: HandlerID
    ) -> HandlerRun.Verdict {
        switch result {
        case .outcome(.done): return .done
        case .outcome(.reject(reason: let reason)): return .reject(reason)
        case .outcome(.retry(after: .some(let delay))), .failed(after: let delay):
            return .retry(RetryPolicy.paced(delay, receiveCount: lease.receiveCount, &jitter))
        case .outcome(.retry(after: .none)), .threw:
            let policy = handlers[handler]?.retry ?? .visibilityTimeout
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
        guard let lease = book[id] else { return .undecided }
        concludeProbe(lease)
        var returns = false
        var lapses = false
        var delay: Duration?
        var reason: String?
        for run in lease.runs {
            guard case .over(let verdict) = run.state else { continue }
            switch verdict {
            case .done: break
            case .giveBack: returns = true
            case .reject(let text): reason = reason ?? text
            case .retry(let wanted):
                lapses = lapses || wanted == nil
                if let wanted { delay = max(delay ?? .zero, wanted) }
            }
        }
        if returns || lapses || delay != nil {
            return comeBack(id, after: delay, lapses: lapses)
        } else if let reason {
            reject(id, reason)
            return book[id]?.phase == .deadLettering ? .deadLettering : lapsing(lease)
        } else {
            delete(id)
            return .deleted
        }
    }

    private func lapsing(_ lease: Lease) -> Aftermath {
        .lapses(within: max(.zero, lease.until - now))
    }

    private mutating func comeBack(
        _ id: LeaseID, after wanted: Duration?, lapses: Bool
    ) -> Aftermath {
        guard let lease = book[id] else { return .undecided }
        if lease.isLost {
            end(id, .leftToLapse(.leaseLost(.refused)))
            return lapsing(lease)
        }
        let delay = wanted.map { capped($0, lease) }
        if lapses || delay != nil {
            noteGroupFailed(lease, returnsAfter: delay)
            report(
                .retryScheduled(
                    messageID: lease.messageID, receiveCount: lease.receiveCount, delay: delay))
        }
        if let delay {
            giveBack(id, after: delay)
        } else if lapses {
            end(id, .leftToLapse(.retry))
            return lapsing(lease)
        } else {
            giveBack(id)
        }
        return .returns(after: delay ?? .zero)
    }

    private mutating func capped(_ delay: Duration, _ lease: Lease) -> Duration {
        let longest = book.longestDelay(lease, at: now)
        guard delay > longest else { return delay }
        report(.delayCapped(messageID: lease.messageID, asked: delay, granted: longest))
        return longest
    }

    // MARK: Rejecting

    mutating func reject(_ id: LeaseID, _ reason: String) {
        guard let lease = book[id] else { return }
        guard settings.queue.deadLetterQueueURL != nil else {
            report(.rejected(messageID: lease.messageID, reason: reason, deadLettered: false))
            noteGroupFailed(lease, returnsAfter: nil)
            return end(id, .leftToLapse(.rejected))
        }
        if troubles.deadLetter.isWaiting(at: now), let trouble = troubles.deadLetter.current {
            // An outage of the dead-letter queue sees one call per backoff, not one per message.
            return notDeadLettered(lease, trouble.error)
        }
        book[id]?.phase = .deadLettering
        deadLetters += 1
        effects.append(.deadLetter(id, reason: reason))
    }

    mutating func deadLetterAnswered(_ id: LeaseID, _ error: SQSError?) {
        guard let lease = book[id], lease.phase == .deadLettering, lease.ending == nil else {
            return
        }
        if let error {
            // What is wrong with this message keeps no other from its way.
            if !error.concernsMessage {
                report(troubles.deadLetter.failed(error, at: now, &jitter))
            }
            return notDeadLettered(lease, error)
        }
        report(troubles.deadLetter.succeeded(at: now))
        let reason = lease.runs.compactMap { $0.rejection }.first
        report(
            .rejected(
                messageID: lease.messageID, reason: reason ?? "no handler matched",
                deadLettered: true))
        delete(id)
    }

    private mutating func notDeadLettered(_ lease: Lease, _ error: SQSError) {
        report(.deadLetterFailed(messageID: lease.messageID, error))
        noteGroupFailed(lease, returnsAfter: nil)
        end(lease.id, .leftToLapse(.rejected))
    }
}

extension HandlerRun {
    fileprivate var rejection: String? {
        if case .over(.reject(let reason)) = state { reason } else { nil }
    }
}
