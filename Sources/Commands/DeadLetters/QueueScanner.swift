import MessageHandling
import SQS

/// Receives a queue's messages and holds them, until they are deleted or given back.
struct QueueScanner {
    /// Long enough to be a long poll, which asks all servers, and short for who waits.
    private static let waitTime = Duration.seconds(1)

    struct Deletion {
        /// Those that could not be deleted.
        var left: [Message] = []
        /// What would keep others from being deleted, too.
        let trouble: SQSError?
    }

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

    /// Deletes messages entry by entry.
    mutating func delete(_ messages: [Message]) async throws -> Deletion {
        let entries = messages.enumerated().map { scan.deletion(of: $1, id: "m\($0)") }
        let (service, url) = (service, queue.url)
        let batch = PersistentBatch<DeleteEntry, Void>(id: \.id) {
            (entries) async throws(SQSError) in
            try await service.delete(entries, from: url)
        }
        let report = try await batch.run(entries)
        let failed = Set(report.failed.map(\.entry.id))
        var deletion = Deletion(trouble: report.trouble)
        for (index, message) in messages.enumerated() {
            scan.forget(message)
            if failed.contains("m\(index)") { deletion.left.append(message) }
        }
        return deletion
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
