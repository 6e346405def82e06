import MessageHandling
import SQS

/// Receives a queue's messages and holds them, until they are deleted or given back.
struct QueueScanner {
    /// Long enough to be a long poll, which asks all servers, and short for who waits.
    private static let waitTime = Duration.seconds(1)

    let service: SQSClient
    let queue: Queue
    let visibilityTimeout: Duration
    var scan: Scan

    /// What the next receive brings.
    mutating func receive(
        _ maximum: Int = MessageBatch.maximumEntries
    ) async throws -> (new: [Message], again: [Message]) {
        let request = ReceiveRequest(
            queue: queue, maximumMessages: maximum, waitTime: scan.waits ? Self.waitTime : .zero,
            visibilityTimeout: visibilityTimeout)
        let service = service
        let received = try await Persistence.call { () async throws(SQSError) in
            try await service.receive(request)
        }
        return scan.take(received)
    }

    /// Deletes messages entry by entry. Answers those that could not be, with the reason.
    mutating func delete(_ messages: [Message]) async throws -> [(Message, SQSError)] {
        let entries = messages.enumerated().map { scan.deletion(of: $1, id: "m\($0)") }
        let (service, url) = (service, queue.url)
        let batch = PersistentBatch<DeleteEntry, Void>(id: \.id) {
            (entries) async throws(SQSError) in
            try await service.delete(entries, from: url)
        }
        let report = try await batch.run(entries)
        let failed = Dictionary(report.failed.map { ($0.entry.id, $0.error) }) { $1 }
        return messages.enumerated().compactMap { index, message in
            scan.forget(message)
            return failed["m\(index)"].map { (message, $0) }
        }
    }

    /// Makes all that is held visible again. What that fails for comes back by itself.
    mutating func release() async {
        for batch in scan.releases() {
            _ = try? await Persistence.call { () async throws(SQSError) in
                try await service.changeVisibility(batch, in: queue.url)
            }
        }
    }
}
