/// The receives that are out, and, for a FIFO queue, those whose answer was lost.
struct Polls: Sendable {
    /// SQS knows a ReceiveRequestAttemptId for 5 minutes (API reference, ReceiveMessage); half a
    /// minute is kept for the repeated request itself.
    static let attemptValidity = Duration.seconds(270)

    struct Poll: Sendable {
        let sentAt: Instant
        let asked: Int
        /// The slots that it took along.
        let slots: Int
        let waitTime: Duration
        let timeout: Duration
        let attempt: Attempt?
        /// When it was told to come back.
        var cutAt: Instant?
    }

    /// One receive of a FIFO queue, as often as it is sent.
    struct Attempt: Sendable, Equatable {
        let id: String
        let firstSentAt: Instant
        let asked: Int
    }

    private(set) var out: [PollID: Poll] = [:]
    private var lost: [Attempt] = []
    private var lastID: UInt64 = 0

    var count: Int { out.count }

    /// Whether a receive is out that waits as long as one may.
    func isWaiting(_ waitTime: Duration) -> Bool {
        out.values.contains { $0.waitTime == waitTime }
    }

    /// The attempt to send next: one whose answer was lost, or a new one.
    mutating func nextAttempt(
        asking count: Int, at now: Instant, _ jitter: inout Jitter
    ) -> Attempt {
        lost.removeAll { now - $0.firstSentAt >= Self.attemptValidity }
        if !lost.isEmpty { return lost.removeFirst() }
        return Attempt(id: jitter.identifier(), firstSentAt: now, asked: count)
    }

    mutating func sent(_ poll: Poll) -> PollID {
        lastID += 1
        let id = PollID(lastID)
        out[id] = poll
        return id
    }

    /// A receive came back, with messages or without.
    mutating func answered(_ id: PollID) -> Poll? {
        out.removeValue(forKey: id)
    }

    /// A receive came back without an answer: it is to be repeated as it was.
    mutating func failed(_ id: PollID) -> Poll? {
        let poll = out.removeValue(forKey: id)
        if let attempt = poll?.attempt { lost.append(attempt) }
        return poll
    }

    /// Answers those of them that are told to come back now, in their order: each is told once.
    mutating func cut(_ polls: [PollID: Poll], at now: Instant) -> [PollID] {
        let due = polls.filter { $1.cutAt == nil }.keys.sorted { $0.value < $1.value }
        for id in due { out[id]?.cutAt = now }
        return due
    }
}
