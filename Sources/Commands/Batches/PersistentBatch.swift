import HTTP
import SQS

/// Carries out a batch to its end: what the service does not take for a passing reason is asked
/// again, after pauses that grow.
struct PersistentBatch<Entry: Sendable, Success: Sendable> {
    let id: @Sendable (Entry) -> String
    let call: @Sendable ([Entry]) async throws(SQSError) -> BatchResult<Success>

    struct Report {
        var done: [(entry: Entry, answer: Success)] = []
        var failed: [(entry: Entry, error: SQSError)] = []
    }

    /// Every entry is in the report, in the order in which it was decided.
    /// - Throws: `CancellationError` when interrupted between two attempts.
    func run(_ entries: [Entry]) async throws -> Report {
        var report = Report()
        var remaining = entries
        var attempt = 1
        while !remaining.isEmpty {
            let result = await attemptOnce(remaining)
            var again: [Entry] = []
            for entry in remaining {
                if let answer = result.successful[id(entry)] {
                    report.done.append((entry, answer))
                    continue
                }
                let error = result.failed[id(entry)] ?? Self.unanswered
                if error.isPassing && attempt < Persistence.attempts {
                    again.append(entry)
                } else {
                    report.failed.append((entry, error))
                }
            }
            remaining = again
            if !remaining.isEmpty { try await Persistence.pause(afterFailures: attempt) }
            attempt += 1
        }
        return report
    }

    private func attemptOnce(_ entries: [Entry]) async -> BatchResult<Success> {
        do {
            return try await call(entries)
        } catch {
            return BatchResult(failed: Dictionary(entries.map { (id($0), error) }) { $1 })
        }
    }

    private static var unanswered: SQSError {
        SQSError(.transient, code: "NoAnswer", "the service's answer does not mention this message")
    }
}

/// How long a command stays with a call that fails for a passing reason.
enum Persistence {
    /// About 13 s of trouble are ridden out with the pauses below.
    static let attempts = 6
    private static let backoff = Backoff(
        initial: .milliseconds(200), maximum: .seconds(5), drawn: 0.5)

    /// A call that may be made any number of times.
    /// - Throws: the last error, where no attempt succeeded or repeating has no point.
    static func call<Answer>(
        _ body: () async throws(SQSError) -> Answer
    ) async throws -> Answer {
        var attempt = 1
        while true {
            do throws(SQSError) {
                return try await body()
            } catch {
                guard error.isPassing, attempt < attempts else { throw error }
            }
            try await pause(afterFailures: attempt)
            attempt += 1
        }
    }

    static func pause(afterFailures failures: Int) async throws {
        try await Task.sleep(
            for: backoff.delay(afterFailures: failures, fraction: Double.random(in: 0..<1)))
    }
}

extension SQSError {
    /// Whether the same request may succeed a little later.
    var isPassing: Bool {
        switch kind {
        case .throttled, .transient, .overLimit: true
        case .credentials, .clockSkew, .denied, .missing, .malformed, .leaseLost, .cancelled: false
        }
    }
}
