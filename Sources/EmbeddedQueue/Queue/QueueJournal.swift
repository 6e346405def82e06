/// What changed in a queue since it was last asked, for who writes it down: which things, not how,
/// so that a message that came and went in between is not there at all.
struct QueueJournal: Sendable {
    enum MessageMark: Sendable {
        /// Came since.
        case new
        case changed
        case gone
    }

    /// What is told of the queue beside its messages.
    var hasNewProperties = true
    /// Numbers were given out, of messages that may be gone again: none is given twice.
    private(set) var hasNewSerials = false
    /// All messages, deduplication ids and receive attempts of before are gone.
    private(set) var isEmptied = false
    private(set) var messages: [UInt64: MessageMark] = [:]
    private(set) var deduplication: [DeduplicationWindow.Entry] = []
    private(set) var attempts: [ReceiveAttempts.Entry] = []

    var isEmpty: Bool {
        !hasNewProperties && !hasNewSerials && !isEmptied && messages.isEmpty
            && deduplication.isEmpty
            && attempts.isEmpty
    }

    /// A journal in which nothing is written yet, also not that the queue is there.
    static let blank: QueueJournal = {
        var journal = QueueJournal()
        journal.hasNewProperties = false
        return journal
    }()

    mutating func noteNew(_ serial: UInt64) {
        messages[serial] = .new
        hasNewSerials = true
    }

    mutating func noteChange(_ serial: UInt64) {
        if messages[serial] == nil { messages[serial] = .changed }
    }

    mutating func noteRemoval(_ serial: UInt64) {
        messages[serial] = messages[serial] == .new ? nil : .gone
    }

    mutating func noteEmptied() {
        isEmptied = true
        messages = [:]
        deduplication = []
        attempts = []
    }

    mutating func note(_ entry: DeduplicationWindow.Entry) {
        deduplication.append(entry)
    }

    mutating func note(_ entry: ReceiveAttempts.Entry) {
        attempts.append(entry)
    }
}
