import MessageHandling
import SQS

/// The queues that feed a dead-letter queue by their redrive policies.
enum DeadLetterSources {
    static func find(of queue: Queue, over connection: QueueConnection) async throws -> [Queue] {
        let service = connection.service
        let urls: [String]
        do throws(SQSError) {
            urls = try await allPages { (token) throws(SQSError) in
                try await service.deadLetterSources(of: queue.url, after: token)
            }
        } catch {
            guard error.isUnknownOperation else { throw error }
            return try await search(for: queue, over: connection)
        }
        return urls.map { Queue(name: $0.queueName, url: $0) }
    }

    /// Looks at every queue: for servers that do not know the question.
    private static func search(
        for queue: Queue, over connection: QueueConnection
    ) async throws -> [Queue] {
        guard let arn = try await connection.facts(of: queue).arn else { return [] }
        var found: [Queue] = []
        for candidate in try await connection.queues() {
            let policy = try await connection.facts(of: candidate).redrivePolicy
            if policy?.targetARN == arn { found.append(candidate) }
        }
        return found
    }

    static func allPages(
        _ page: (String?) async throws(SQSError) -> QueuePage
    ) async throws(SQSError) -> [String] {
        var urls: [String] = []
        var token: String?
        repeat {
            let next = try await page(token)
            urls += next.urls
            token = next.nextToken
        } while token != nil
        return urls
    }
}

extension QueueConnection {
    /// All queues of the account in the region, in the order of their names.
    func queues(prefix: String = "") async throws(SQSError) -> [Queue] {
        let service = service
        let urls = try await DeadLetterSources.allPages { (token) throws(SQSError) in
            try await service.queues(prefix: prefix, after: token)
        }
        return urls.map { Queue(name: $0.queueName, url: $0) }.sorted { $0.name < $1.name }
    }
}

extension SQSError {
    /// Whether the server does not have the operation, as far as it says: compatible servers have
    /// their ways, of which an error page is one.
    package var isUnknownOperation: Bool {
        let codes: [SQSErrorCode] = [.unknownOperation, .unsupportedOperation]
        return codes.contains { code == $0.rawValue || code == $0.queryCode }
            || code == "NotImplemented" || code.hasPrefix("HTTP ")
    }
}
