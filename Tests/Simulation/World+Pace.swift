import MessageHandling
import SQS
import SubscriberEngine

/// That every loop backs off, and that what comes back does so when it was asked to.
extension World {
    /// So many calls of one kind may fail within ten seconds: a backoff that begins anew after each
    /// success makes some dozens with each activity; where a third of all answers are lost and
    /// half of all entries fail, some hundred messages are tried again, each at a time of its own;
    /// a loop without a backoff makes thousands.
    private static let failureLimit = 600
    /// Renewals are paced by their leases: the shortest lease is repeated four times a second.
    private static let visibilityFailureLimit = 300
    /// A shorter wait than this is that of another event, not of a backoff.
    private static let shortestBackoff = Duration.milliseconds(100)
    /// SQS counts in whole seconds.
    private static let second = Duration.seconds(1)
    /// SQS hides a message for 12 hours from its receive; two clocks may differ a little.
    private static let longestHiding = Duration.seconds(12 * 3600 - 15)

    func noteFailure(_ activity: Activity, _ host: Host) {
        let count = host.failures.note(activity, at: now)
        let limit =
            activity == .visibility ? Self.visibilityFailureLimit : Self.failureLimit
        if count > limit {
            violate(.loopsBackOff, "\(count) calls of \(activity) failed within 10 s")
        }
    }

    // MARK: Receives

    /// After receives that failed in a row one at a time is tried, and no two waits are the same:
    /// daemons that failed together do not come back together.
    func checkBackoff(_ host: Host) {
        guard host.receiveFailures.count > 1, let failedAt = host.receiveFailures.lastAt else {
            return
        }
        if !host.polls.isEmpty {
            violate(.loopsBackOff, "a receive beside another although the last one failed")
        }
        guard !host.hasTriedAgain else { return }
        host.hasTriedAgain = true
        let wait = now - failedAt
        if wait >= Self.shortestBackoff, !waits.insert(wait).inserted {
            violate(.loopsBackOff, "two failed receives wait exactly \(wait)")
        }
    }

    func receiveFailed(_ error: SQSError, sentAt: Instant, _ host: Host) {
        host.receiveFailures.failed(
            sentAt: sentAt, mayBeAccident: error.kind == .transient || error.kind == .throttled,
            at: now)
        host.hasTriedAgain = false
    }

    // MARK: Entries

    /// Each entry backs off by itself, however well the rest of its batch fares. A stop tries once
    /// more what waits.
    func checkRetry(of holding: Holding, _ host: Host) {
        guard now < holding.attempts.notBefore, !host.isStopping else { return }
        violate(
            .loopsBackOff,
            "\(holding.lease) is tried again \(holding.attempts.notBefore - now) too soon")
    }

    /// A renewal that was not answered, or refused for now, is repeated a part of its lease later.
    func checkRenewal(of holding: Holding) {
        defer { holding.renewalSentAt = now }
        guard let sentAt = holding.renewalSentAt, now < sentAt + holding.leaseSpan / 8 else {
            return
        }
        violate(.loopsBackOff, "the lease \(holding.lease) is renewed after \(now - sentAt) again")
    }

    // MARK: Coming back

    /// Whatever its handlers asked for, the message is on its way back.
    func wish(_ result: HandlerResult, _ handler: HandlerID, _ holding: Holding) {
        holding.over.insert(HandlerSet(handler))
        switch result {
        case .outcome(.retry(after: let delay?)): holding.wish.add(delay...delay)
        case .outcome(.retry(after: nil)), .threw:
            holding.wish.add(plan.retry.delays(receiveCount: holding.receiveCount))
        default: break
        }
    }

    /// A message comes back when its handlers asked for it, neither sooner nor later.
    func checkComeback(_ entry: VisibilityChange, _ holding: Holding, _ comeback: Comeback) {
        let visibleAt = now + entry.timeout
        let wish = holding.wish
        let latest = comeback.since + (wish.delay?.upperBound ?? .zero) + Self.second
        if entry.timeout > .zero, visibleAt > latest {
            violate(
                .nothingHoarded,
                "message \(holding.message.number) comes back \(visibleAt - latest) too late")
        }
        guard comeback.isConcluded || wish.delay != nil else { return }
        let earliest = min(
            comeback.since + (wish.delay?.lowerBound ?? .zero),
            holding.receivedAt + Self.longestHiding)
        if visibleAt < earliest || wish.lapse && wish.delay == nil {
            violate(
                .queueSettingsRespected,
                "message \(holding.message.number) comes back sooner than its handlers asked")
        }
    }
}
