import EmbeddedQueue
import SQS
import SubscriberEngine

/// A request of a daemon on its way.
struct Call: Sendable {
    enum Operation: Sendable {
        case receive(Receive)
        case delete(BatchID, [Deletion])
        case change(BatchID, [VisibilityChange])
        case deadLetter(LeaseID, body: String)
        case attributes

        var activity: Activity {
            switch self {
            case .receive: .receive
            case .delete: .delete
            case .change: .visibility
            case .deadLetter: .deadLetter
            case .attributes: .attributes
            }
        }
    }

    let number: UInt64
    let host: Int
    let life: Int
    /// When the daemon stops waiting for an answer.
    let until: Instant
    let operation: Operation
}

/// An answer of the service on its way.
enum Answer: Sendable {
    case error(SQSError)
    case messages([DeliveredMessage])
    case entries(failed: [LeaseID: SQSError])
    case deadLettered(SQSError?)
    case attributes(Duration)
}

/// The network between the daemons and the service.
extension World {
    /// How long a daemon waits for an answer, beyond the time it asked the service to wait.
    static let callTimeout = Duration.seconds(3)

    func send(_ operation: Call.Operation, _ host: Host) {
        host.requests += 1
        lastCall += 1
        var patience = Self.callTimeout
        if case .receive(let receive) = operation {
            patience += receive.waitTime
            host.polls[receive.poll] = (lastCall, receive)
            host.asked += receive.maximumMessages
        }
        let call = Call(
            number: lastCall, host: host.index, life: host.life, until: now + patience,
            operation: operation)
        host.open.insert(call.number)
        if case .receive = operation { at(call.until, .giveUp(call)) }
        if isCut(host) || happens(plan.loseRequest) { return lose(call) }
        if happens(plan.slowRequest) {
            at(call.until, .giveUp(call))
            return after(patience * 2 * chance.fraction(), .request(call))
        }
        after(delay(), .request(call))
        if happens(plan.echo) { echo(call) }
    }

    /// The request reaches the service twice; nobody waits for the second answer.
    private func echo(_ call: Call) {
        lastCall += 1
        let again = Call(
            number: lastCall, host: call.host, life: call.life, until: call.until,
            operation: call.operation)
        after(delay(), .request(again))
    }

    /// Request or answer is lost. The daemon notices at once or after a while.
    private func lose(_ call: Call) {
        note("\(call.host) ✗ call \(call.number) lost")
        let soon = now + Self.callTimeout * chance.fraction()
        at(min(call.until, soon), .giveUp(call))
    }

    func reply(_ answer: Answer, to call: Call) {
        let host = hosts[call.host]
        if isCut(host) || happens(plan.loseAnswer) { return lose(call) }
        let moment = now + delay()
        if moment > call.until { at(call.until, .giveUp(call)) }
        at(moment, .answer(call, answer))
    }

    func giveUp(_ call: Call) {
        guard let host = living(call.host, call.life), host.open.remove(call.number) != nil else {
            return
        }
        clientIsGone(call.number)
        fail(call, .cut, host)
    }

    /// The connection of a call is closed; the service may or may not notice.
    func clientIsGone(_ caller: UInt64) {
        if plan.noticesHangUps { after(.milliseconds(5), .hangUp(caller)) }
    }

    /// An answer arrives. One that comes after the daemon has given up goes to nobody.
    func take(_ answer: Answer, to call: Call) {
        guard let host = living(call.host, call.life), host.open.remove(call.number) != nil else {
            return note("\(call.host) ✗ answer to call \(call.number) goes to nobody")
        }
        if case .error(let error) = answer { return fail(call, error, host) }
        switch (call.operation, answer) {
        case (.receive(let receive), .messages(let messages)):
            pollIsOver(receive, host)
            host.receiveFailures = FailureRow()
            let sentAt = call.until - Self.callTimeout - receive.waitTime
            let deliveries = messages.map { admit($0, receive, sentAt: sentAt, host) }
            turn(host, .received(receive.poll, deliveries))
            checkRate(deliveries.map(\.lease), host)
        case (.delete(let batch, let entries), .entries(let failed)):
            for entry in entries {
                note(failed[entry.lease], of: entry.lease, host) { $0.isDeleteConfirmed = true }
            }
            answered(batch, .delete, entries.map(\.lease), failed, host)
            host.workRecord.deleted(after: now - (call.until - Self.callTimeout))
            turn(host, .deleteAnswered(batch, failed: failed))
        case (.change(let batch, let entries), .entries(let failed)):
            let sentAt = call.until - Self.callTimeout
            for entry in entries {
                note(failed[entry.lease], of: entry.lease, host) { holding in
                    holding.isChangeConfirmed = holding.endCalls.contains(batch)
                    holding.renewalSentAt = nil
                    holding.extend(to: sentAt + entry.timeout, entry.timeout, at: now)
                    watchLease(holding, host)
                }
            }
            answered(batch, .visibility, entries.map(\.lease), failed, host)
            turn(host, .visibilityAnswered(batch, failed: failed))
        case (.deadLetter(let lease, _), .deadLettered(let error)):
            turn(host, .deadLetterAnswered(lease, error))
        case (.attributes, .attributes(let timeout)):
            host.queueTimeout = timeout
            turn(host, .attributesRead(QueueAttributes(visibilityTimeout: timeout)))
        default: break
        }
    }

    /// What one entry of a batch was answered.
    private func note(
        _ error: SQSError?, of lease: LeaseID, _ host: Host, _ confirm: (Holding) -> Void
    ) {
        guard let holding = host.holdings[lease] else { return }
        switch error?.kind {
        case nil: confirm(holding)
        case .leaseLost, .malformed: holding.isRefused = true
        default: break
        }
    }

    /// A batch came back, with whatever its entries were answered. What is wrong with a call as a
    /// whole is final for none of its entries.
    private func answered(
        _ batch: BatchID, _ activity: Activity, _ leases: [LeaseID],
        _ failed: [LeaseID: SQSError] = [:], wholly error: SQSError? = nil, _ host: Host
    ) {
        let isWhole = error != nil
        var passing = failed.filter { !$0.value.isFinalForEntry }
        if let error { for lease in leases { passing[lease] = error } }
        let isFailure =
            error != nil || failed.count == leases.count && !passing.isEmpty
        if isFailure { noteFailure(activity, host) }
        if activity == .delete {
            host.deleteCallsOut -= 1
        } else {
            host.isVisibilityFailing = isFailure
        }
        for lease in leases {
            guard let holding = host.holdings[lease], holding.endCalls.remove(batch) != nil
            else { continue }
            holding.endAnsweredAt = now
            guard let error = passing[lease] else { continue }
            holding.attempts.failed(error, asPartOfCall: isWhole, at: now)
        }
    }

    /// The call failed as a whole.
    private func fail(_ call: Call, _ error: SQSError, _ host: Host) {
        switch call.operation {
        case .receive(let receive):
            noteFailure(.receive, host)
            receiveFailed(
                error, sentAt: call.until - Self.callTimeout - receive.waitTime, host)
            pollIsOver(receive, host)
            loseAttempt(receive, host)
            turn(host, .receiveFailed(receive.poll, error))
        case .delete(let batch, let entries):
            answered(batch, .delete, entries.map(\.lease), wholly: error, host)
            turn(host, .deleteCallFailed(batch, error))
        case .change(let batch, let entries):
            answered(batch, .visibility, entries.map(\.lease), wholly: error, host)
            turn(host, .visibilityCallFailed(batch, error))
        case .deadLetter(let lease, _):
            noteFailure(.deadLetter, host)
            turn(host, .deadLetterAnswered(lease, error))
        case .attributes:
            noteFailure(.attributes, host)
            if error.kind == .denied, host.queueTimeout == nil {
                host.queueTimeout = Subscription.assumedVisibilityTimeout
            }
            turn(host, .attributesFailed(error))
        }
    }

    /// A receive is told to come back. At times it has its answer already.
    func cut(_ poll: PollID, _ host: Host) {
        guard let (number, receive) = host.polls[poll], !happens(0.1) else { return }
        host.open.remove(number)
        host.cutReceives[poll] = receive
        clientIsGone(number)
        at(now, .event(host: host.index, life: host.life, .receiveCancelled(poll)))
    }

    func pollIsOver(_ receive: Receive, _ host: Host) {
        guard host.polls.removeValue(forKey: receive.poll) != nil else { return }
        host.asked -= receive.maximumMessages
    }

    func loseAttempt(_ receive: Receive, _ host: Host) {
        guard let id = receive.attemptID, let sentAt = host.attemptsSent[id] else { return }
        host.lostAttempts.append((id, sentAt))
    }

    private func isCut(_ host: Host) -> Bool {
        plan.partitions.contains { $0.covers(now, host.index) }
    }

    func delay() -> Duration {
        let base = Duration.milliseconds(1) + .milliseconds(20) * chance.fraction()
        return happens(plan.slowAnswer) ? base + .seconds(5) * chance.fraction() : base
    }
}

extension SQSError {
    /// The entry stays refused however often it is sent.
    var isFinalForEntry: Bool { kind == .leaseLost || kind == .malformed }

    static let cut = SQSError(.transient, code: "ConnectionReset", "the connection was cut")
    static let internalError = SQSError(.transient, code: "InternalError", "try again")
    static let throttled = SQSError(.throttled, code: "RequestThrottled", "too many requests")
    static let denied = SQSError(.denied, code: "AccessDenied", "not allowed")

    static func refusal(_ kind: Kind) -> SQSError {
        SQSError(kind, code: "Refused", "the call is refused: \(kind)")
    }

    static let expired = SQSError(.credentials, code: "ExpiredToken", "the token has expired")
    static let skewed = SQSError(.clockSkew, code: "SignatureDoesNotMatch", "Signature expired")
}
