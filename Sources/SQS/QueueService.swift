package import MessageHandling

/// The operations of Amazon SQS that a subscriber and a publisher need.
///
/// `SQSClient` speaks to the service; tests and the simulation bring their own. Every call throws
/// an ``SQSError`` that says what to do about it. Batch calls answer per entry: a batch with failed
/// entries does not throw.
package protocol QueueService: Sendable {
    /// GetQueueUrl. `ownerAccountID` for a queue of another account.
    func queueURL(
        named name: String, ownerAccountID: String?
    ) async throws(SQSError) -> String

    /// GetQueueAttributes. Names as SQS spells them (`VisibilityTimeout`); `["All"]` for all.
    func attributes(
        _ names: [String], of queueURL: String
    ) async throws(SQSError) -> [String: String]

    /// ReceiveMessage. One attempt: the caller owns the pace and the repetition of its receives.
    func receive(_ request: ReceiveRequest) async throws(SQSError) -> [Message]

    /// DeleteMessageBatch: one to ten entries.
    func delete(
        _ entries: [DeleteEntry], from queueURL: String
    ) async throws(SQSError) -> BatchResult<Void>

    /// ChangeMessageVisibilityBatch: one to ten entries.
    func changeVisibility(
        _ entries: [VisibilityEntry], in queueURL: String
    ) async throws(SQSError) -> BatchResult<Void>

    /// SendMessageBatch: one to ten entries, 1 MiB in all.
    func send(
        _ entries: [SendEntry], to queueURL: String
    ) async throws(SQSError) -> BatchResult<SentMessage>
}
