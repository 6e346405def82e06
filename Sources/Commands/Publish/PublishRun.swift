import MessageHandling
import SQS

/// One `publish` from its first message to its last.
struct PublishRun {
    let publisher: Publisher
    let defaults: PublishDefaults
    var source: MessageSource
    var progress: PublishProgress
    private var batch: MessageBatch
    private var number = 0

    init(
        publisher: Publisher, to target: Queue, defaults: PublishDefaults,
        source: MessageSource, progress: PublishProgress
    ) {
        batch = MessageBatch(for: target)
        self.publisher = publisher
        self.defaults = defaults
        self.source = source
        self.progress = progress
    }

    /// Sends all there is. Answers whether every message was sent.
    /// - Throws: what the next messages would meet, too; in a FIFO queue also what kept one from
    ///   being sent, which the next would overtake.
    mutating func toTheEnd() async throws -> Bool {
        var item = try source.next()
        while item != .end {
            switch item {
            case .body(let body): try await add(body)
            case .pause: try await flush()
            case .unusable(let reason): progress.refused(reason)
            case .end: break
            }
            item = try source.next()
        }
        try await flush()
        progress.end()
        return progress.failed == 0
    }

    private mutating func add(_ body: String) async throws {
        number += 1
        let entry = defaults.entry(number: number, body: body)
        if !batch.hasRoom(for: entry) { try await flush() }
        batch.append(entry)
        if batch.isFull { try await flush() }
    }

    private mutating func flush() async throws {
        guard !batch.isEmpty else { return }
        let report = try await publisher.send(batch.take())
        progress.add(report)
        guard let trouble = report.trouble, batch.isOrdered || !trouble.isPassing else { return }
        progress.end()
        throw trouble
    }
}
