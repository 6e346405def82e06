import EmbeddedQueue
import SubscriberEngine

/// How deliveries end: in batches, of which each entry counts, and as they say.
extension World {
    /// Nothing is deleted unless handled.
    func checkDelete(_ batch: BatchID, _ entries: [Deletion], _ host: Host) {
        checkBatch(entries.map(\.lease), host)
        for entry in entries {
            guard let holding = host.holdings[entry.lease] else { continue }
            checkRetry(of: holding, host)
            holding.endIsSent(in: batch, at: now)
            let message = holding.message
            guard !message.isFinished else { continue }
            violate(.handledBeforeDeleted, "message \(message.number) is deleted and not done")
        }
    }

    func checkChange(_ batch: BatchID, _ entries: [VisibilityChange], _ host: Host) {
        checkBatch(entries.map(\.lease), host)
        for entry in entries {
            guard let holding = host.holdings[entry.lease] else { continue }
            guard !holding.hasContent else {
                checkRenewal(of: holding)
                continue
            }
            // What is finished elsewhere may come back from here; renewals go beside its delete.
            let isWanted = entry.timeout == .zero || holding.wish.delay != nil
            if holding.comeback != nil || isWanted {
                holding.endIsSent(in: batch, at: now)
            }
            guard let comeback = holding.comeback else { continue }
            checkRetry(of: holding, host)
            checkComeback(entry, holding, comeback)
        }
    }

    private func checkBatch(_ leases: [LeaseID], _ host: Host) {
        if leases.isEmpty || leases.count > 10 || Set(leases).count != leases.count {
            violate(.partialFailuresCount, "a batch of \(leases)")
        }
        for lease in leases where host.holdings[lease] == nil || host.holdings[lease]?.ending != nil
        {
            violate(.nothingForgotten, "\(lease) is in a batch and not held")
        }
    }

    /// An ending says what has happened, and a lease is not left to lapse before its time.
    func checkEnding(_ holding: Holding, _ host: Host) {
        switch holding.ending {
        case .deleted where !holding.isDeleteConfirmed:
            violate(.partialFailuresCount, "\(holding.lease) counts as deleted and is not")
        case .visibilitySet where !holding.isChangeConfirmed:
            violate(.partialFailuresCount, "\(holding.lease) counts as released and is not")
        case .leftToLapse(.retry) where holding.wish.delay != nil || !holding.wish.lapse:
            violate(.queueSettingsRespected, "\(holding.lease) is left to lapse and not asked to")
        case .leftToLapse(.unmatched)
        where !holding.handlers.isEmpty || host.queue.unmatched != .leave:
            violate(.queueSettingsRespected, "\(holding.lease) is left although it is asked for")
        case .leftToLapse(.leaseLost(let loss)): checkLost(holding, loss)
        case .leftToLapse(.deleteUnconfirmed): checkLeft(holding, host, "deleted")
        case .leftToLapse(.returnUnconfirmed):
            checkLeft(holding, host, "released")
            // What lapses the moment it is given back has no time for it.
            let isExcused = host.isVisibilityFailing || holding.forgottenAt == now
            if holding.endSentAt == nil, !isExcused {
                violate(.nothingForgotten, "\(holding.lease) was never released")
            }
        default: break
        }
        if holding.hasContent { violate(.memoryBounded, "\(holding.lease) is kept after its end") }
    }

    /// A lease is given up when the service refuses it, or when it is too late, and not before.
    private func checkLost(_ holding: Holding, _ loss: LeaseLoss) {
        let isOver = loss == .refused ? holding.isRefused : now >= holding.isOverAt
        guard !isOver, !holding.isLost else { return }
        violate(.nothingForgotten, "\(holding.lease) is given up as lost: \(loss)")
    }

    /// What belongs to a message elsewhere goes with a message that is handled and gone, and that
    /// no dead-letter queue was given by this delivery. Whether another host was given it, too, no
    /// host can know.
    func checkDisposal(_ lease: LeaseID, _ host: Host) {
        guard let holding = host.holdings[lease], holding.message.isFinished,
            holding.message.isGone || holding.message.isGivenOutTwice,
            holding.isDeleteConfirmed, !holding.isDeadLettering
        else {
            return violate(
                .handledBeforeDeleted, "\(lease) loses what it needs before it is over")
        }
    }

    /// What could not be confirmed is tried until the lease is over, the service refuses for good,
    /// the message is here again, or the stop may wait no longer.
    private func checkLeft(_ holding: Holding, _ host: Host, _ what: String) {
        let isHereAgain = holding.message.holdings.contains { $0 !== holding && $0.host === host }
        // A lease that was lost, and whose handlers went on, is not worth more than one attempt.
        let isExcused = holding.isRefused || isHereAgain || holding.isLost
        guard !isExcused, now < holding.isOverAt else { return }
        if host.isFinishing, let stoppedAt = host.stoppedAt {
            return checkFlushed(holding, host, stoppedAt)
        }
        violate(.nothingForgotten, "\(holding.lease) could still be \(what), and is given up")
    }

    /// A stop that leaves something has tried it, if only by a call that was out when it began, and
    /// has waited for the answer.
    private func checkFlushed(_ holding: Holding, _ host: Host, _ stoppedAt: Instant) {
        if now < stoppedAt + Drain.answerPatience {
            violate(.stopIsLossless, "a stop ends without waiting for \(holding.lease)")
        }
        let isTried =
            !holding.endCalls.isEmpty
            || [holding.endSentAt, holding.endAnsweredAt].contains { ($0 ?? .start) >= stoppedAt }
        if !isTried, holding.isDeleteAwaited || !host.isVisibilityFailing {
            violate(.stopIsLossless, "a stop ends and has not tried \(holding.lease)")
        }
    }

    /// Over twelve hours the service refuses; nobody asks for it, but under a handle that is older
    /// than the delivery.
    func checkRefusal(_ error: StoreError, of lease: LeaseID, _ host: Host) {
        let isGivenOutTwice = host.holdings[lease]?.message.isGivenOutTwice ?? true
        if error.message.contains("beyond the limit"), !isGivenOutTwice {
            violate(.leasesKept, "a visibility timeout beyond 12 hours was asked for")
        }
    }
}
