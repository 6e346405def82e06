import HTTP
import SQS

/// Sends messages in batches, and sends again what the service did not take for a passing reason.
///
/// One batch at a time, so that the order of the input is the order of the queue. A batch whose
/// answer was lost is sent again: on a standard queue its messages may then be there twice; in a
/// FIFO queue the deduplication id prevents it.
struct Publisher {
    /// About 13 s of trouble are ridden out with the pauses below.
    static let attempts = 6
    private static let backoff = Backoff(
        initial: .milliseconds(200), maximum: .seconds(5), drawn: 0.5)

    let service: any QueueService
    let queueURL: String
    var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

    struct Report {
        var sent: [(entry: SendEntry, message: SentMessage)] = []
        var failed: [(entry: SendEntry, error: SQSError)] = []
    }

    /// Sends one batch to its end: every entry is in the report, as sent or with the reason.
    /// - Throws: `CancellationError` when interrupted between two attempts.
    func send(_ entries: [SendEntry]) async throws -> Report {
        var report = Report()
        var remaining = entries
        for attempt in 1...Self.attempts {
            let result = await attemptOnce(remaining)
            var again: [(entry: SendEntry, error: SQSError)] = []
            for entry in remaining {
                if let message = result.successful[entry.id] {
                    report.sent.append((entry, message))
                } else {
                    let error = result.failed[entry.id] ?? Self.unanswered
                    if error.isPassing && attempt < Self.attempts {
                        again.append((entry, error))
                    } else {
                        report.failed.append((entry, error))
                    }
                }
            }
            remaining = again.map(\.entry)
            if remaining.isEmpty { break }
            try await pause(
                Self.backoff.delay(
                    afterFailures: attempt, fraction: Double.random(in: 0..<1)))
        }
        return report
    }

    private func attemptOnce(_ entries: [SendEntry]) async -> BatchResult<SentMessage> {
        do {
            return try await service.send(entries, to: queueURL)
        } catch {
            return BatchResult(failed: Dictionary(entries.map { ($0.id, error) }) { $1 })
        }
    }

    private static let unanswered = SQSError(
        .transient, code: "NoAnswer", "the service's answer does not mention this message")
}

extension SQSError {
    /// Whether the same request may succeed a little later.
    fileprivate var isPassing: Bool {
        switch kind {
        case .throttled, .transient, .overLimit: true
        case .credentials, .clockSkew, .denied, .missing, .malformed, .leaseLost, .cancelled: false
        }
    }
}
