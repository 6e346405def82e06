import SQS

/// Sends messages in batches, and sends again what the service did not take for a passing reason.
///
/// One batch at a time, so that the order of the input is the order of the queue. A batch whose
/// answer was lost is sent again: on a standard queue its messages may then be there twice; in a
/// FIFO queue the deduplication id prevents it.
struct Publisher {
    typealias Report = PersistentBatch<SendEntry, SentMessage>.Report

    let service: any QueueService
    let queueURL: String

    /// Sends one batch to its end: every entry is in the report, as sent or with the reason.
    /// - Throws: `CancellationError` when interrupted between two attempts.
    func send(_ entries: [SendEntry]) async throws -> Report {
        let (service, queueURL) = (service, queueURL)
        let batch = PersistentBatch<SendEntry, SentMessage>(id: \.id) {
            (entries) async throws(SQSError) in
            try await service.send(entries, to: queueURL)
        }
        return try await batch.run(entries)
    }
}
