/// The messages that SQS said are deleted a short time ago: SQS may deliver such a message once
/// more, from a copy that missed the delete or by a receive that was under way.
///
/// Two generations of ids, the older of which is dropped as a whole: two look-ups and an insertion
/// for each message, and nothing else. Apart from ``CompletionMemory``, whose few entries are worth
/// more than these many.
struct RecentDeletes: Sendable {
    /// Ids in one generation; with 36 characters each, both take about 1 MB.
    static let generationSize = 4_096
    /// An id is known for at least this time and for less than twice of it, if it is not crowded
    /// out. Late copies come within seconds. Soon the id must count for nothing again: a message
    /// that someone moves back from a dead-letter queue may keep its id, and has to run.
    static let generationTime = Duration.seconds(120)

    private var current: Set<String> = []
    private var previous: Set<String> = []
    private var began = Instant.start

    mutating func note(_ messageID: String, at now: Instant) {
        if current.count >= Self.generationSize || now - began >= Self.generationTime {
            beginGeneration(at: now)
        }
        current.insert(messageID)
    }

    func contains(_ messageID: String, at now: Instant) -> Bool {
        let age = now - began
        if age < Self.generationTime, previous.contains(messageID) { return true }
        return age < Self.generationTime * 2 && current.contains(messageID)
    }

    private mutating func beginGeneration(at now: Instant) {
        let isRecent = now - began < Self.generationTime * 2
        previous = isRecent ? current : []
        current = []
        began = now
    }
}
