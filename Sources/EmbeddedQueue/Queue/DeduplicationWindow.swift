import SQS

/// The deduplication ids of the last five minutes, with what was answered to the first of each.
///
/// They outlive their messages: a message sent again after it was deleted is still a duplicate.
typealias DeduplicationWindow = TimedMemory<DeduplicationKey, SentMessage>

struct DeduplicationKey: Hashable, Sendable {
    let id: String
    /// Nil where the id must be new in the whole queue.
    let group: String?
}
