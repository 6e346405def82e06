internal import SQS

/// Messages that are over: their deletes, what is kept of them for their next delivery, and how
/// many wait for an answer of the service.
struct Settling: Sendable {
    /// How many messages may wait for SQS to confirm their end, as a multiple of the handlers'
    /// capacity and at least: beyond it nothing is received. They are metadata only, a few hundred
    /// bytes each.
    private static let unconfirmedPart = 4
    private static let unconfirmedMinimum = 100

    private var deletes = DeleteBatch()
    private var deleteTrouble = TroubleTracker(.delete, hasAccidents: true)
    private var deadLetterTrouble = TroubleTracker(.deadLetter)
    private var memory: CompletionMemory
    private var recentDeletes = RecentDeletes()
    /// All leases, by their ending.
    private(set) var endings = EndingLedger()
    /// Leases that only wait for SQS.
    private(set) var unconfirmed = 0
    /// Messages on their way to the dead-letter queue.
    private(set) var deadLetters = 0

    init(known completions: [Completion]) {
        memory = CompletionMemory(known: completions)
    }

    var currentDeleteTrouble: Trouble? { deleteTrouble.current }
    var currentDeadLetterTrouble: Trouble? { deadLetterTrouble.current }

    /// Whether so much waits for SQS that nothing more is to come. While deletes fail, what is
    /// asked for ahead does not count.
    func isChoked(capacity: Int, ahead: Int) -> Bool {
        let inHand = deleteTrouble.current == nil ? capacity + ahead : capacity
        return unconfirmed >= max(Self.unconfirmedMinimum, Self.unconfirmedPart * inHand)
    }

    // MARK: Known messages

    /// What is finished of messages that may come back, the oldest first.
    var completions: [Completion] { memory.all }

    /// What is known of a message that came back: nil where nothing is.
    func known(_ messageID: String) -> Completion? { memory[messageID] }

    /// Whether the message was done here, and only its delete has not come about.
    func isDone(_ messageID: String, at now: Instant) -> Bool {
        memory[messageID]?.isDeletable ?? false || recentDeletes.contains(messageID, at: now)
    }

    /// What is done of a message whose delete is not sure to come about is kept for its next
    /// delivery.
    mutating func remember(
        _ lease: Lease, doneBy handlers: [String], rejections: [Completion.Rejection]
    ) -> [Effect] {
        let completion = Completion(
            messageID: lease.messageID, handlers: handlers, rejections: rejections,
            isDeletable: lease.phase == .deleting)
        return completion.isEmpty ? [] : memory.remember(completion).map { .keep($0) }
    }

    /// The message was rejected as a whole, and comes back: its handlers are asked again.
    mutating func forgetRejections(of messageID: String) -> Effect? {
        memory.forgetRejections(of: messageID).map { .keep($0) }
    }

    // MARK: Counting

    mutating func began() { endings.began() }

    /// The lease begins a phase: the last one, or the way to the dead-letter queue.
    mutating func begins(_ phase: Lease.Phase, after earlier: Lease.Phase) {
        leaves(earlier)
        switch phase {
        case .deleting, .returning: unconfirmed += 1
        case .deadLettering: deadLetters += 1
        case .handling: break
        }
    }

    private mutating func leaves(_ phase: Lease.Phase) {
        switch phase {
        case .deleting, .returning: unconfirmed -= 1
        case .deadLettering: deadLetters -= 1
        case .handling: break
        }
    }

    mutating func ended(_ lease: Lease, _ ending: Ending) {
        endings.ended(ending)
        leaves(lease.phase)
    }

    /// SQS has surely deleted the message: it does not come back, or only as a late copy.
    mutating func isGone(_ messageID: String, at now: Instant) -> Effect? {
        recentDeletes.note(messageID, at: now)
        return memory.forget(messageID).map { .keep($0) }
    }

    // MARK: Deletes

    mutating func delete(_ id: LeaseID, at now: Instant, atOnce: Bool) {
        deletes.add(id, at: now, atOnce: atOnce)
    }

    /// The entries of the next call that is due, if any, without those that are void by now. Its
    /// answer is told of as `batch`.
    mutating func nextCall(
        as batch: BatchID, of leases: Leasing, at now: Instant
    ) -> [Deletion]? {
        while let candidates = deletes.take(at: now) {
            let entries = candidates.compactMap { id -> Deletion? in
                guard let lease = leases[id], lease.ending == nil, lease.phase == .deleting else {
                    return nil
                }
                return Deletion(lease: id, receiptHandle: lease.receiptHandle)
            }
            guard !entries.isEmpty else { continue }
            deletes.sent(entries.map(\.lease), as: batch, at: now)
            return entries
        }
        return nil
    }

    /// The call that was answered; nil where it was not out.
    mutating func answered(_ batch: BatchID) -> DeleteBatch.Call? { deletes.answered(batch) }

    /// Whether deletes work: they do where there is no error.
    mutating func noteDelete(
        _ error: SQSError?, sentAt: Instant, at now: Instant, _ jitter: inout Jitter
    ) -> Report? {
        defer { deletes.hold(until: deleteTrouble.retryAt) }
        guard let error else { return deleteTrouble.succeeded(at: now) }
        return deleteTrouble.failed(error, sentAt: sentAt, at: now, &jitter).news
    }

    mutating func retry(_ id: LeaseID, at due: Instant) { deletes.retry(id, at: due) }

    /// What waits for a backoff is tried once more: there may be no later.
    mutating func retryNow(at now: Instant) { deletes.retryNow(at: now) }

    /// When a call may go without another event.
    var nextDue: Instant? { deletes.due }

    // MARK: Dead letters

    /// What keeps dead letters from being sent at present: an outage of the dead-letter queue sees
    /// one call per backoff, not one per message.
    func deadLetterHold(at now: Instant) -> SQSError? {
        deadLetterTrouble.isWaiting(at: now) ? deadLetterTrouble.current?.error : nil
    }

    /// Whether the dead-letter queue takes messages: it does where there is no error.
    mutating func noteDeadLetter(
        _ error: SQSError?, at now: Instant, _ jitter: inout Jitter
    ) -> Report? {
        guard let error else { return deadLetterTrouble.succeeded(at: now) }
        return deadLetterTrouble.failed(error, sentAt: now, at: now, &jitter).news
    }

    /// New settings may name another dead-letter queue.
    mutating func retryDeadLetters(at now: Instant) { deadLetterTrouble.retryNow(at: now) }

    /// What waits for its turn will show whether its trouble goes on.
    mutating func forgetOldTroubles(at now: Instant) -> [Report] {
        guard deadLetterTrouble.current != nil || deleteTrouble.current != nil else { return [] }
        var news: [Report?] = []
        if deadLetters == 0 { news.append(deadLetterTrouble.forgetIfOld(at: now)) }
        if unconfirmed == 0 { news.append(deleteTrouble.forgetIfOld(at: now)) }
        return news.compactMap { $0 }
    }
}
