import HTTP
import SQS

/// Carries out a batch to its end: what the service does not take for a passing reason is asked
/// again, after pauses that grow.
struct PersistentBatch<Entry: Sendable, Success: Sendable> {
    let id: @Sendable (Entry) -> String
    let call: @Sendable ([Entry]) async throws(SQSError) -> BatchResult<Success>

    struct Report {
        var done: [(entry: Entry, answer: Success)] = []
        var failed: [Failure] = []

        /// What keeps entries from being decided: it is about the call, the queue or the caller,
        /// or passes only later. Nil where each was taken or refused.
        var trouble: SQSError? { failed.first { !$0.isRefusal }?.error }
    }

    struct Failure {
        let entry: Entry
        let error: SQSError
        /// Whether the service refuses this entry, whatever else is sent: it would do so again.
        let isRefusal: Bool
    }

    /// Every entry is in the report, in the order in which it was decided.
    /// - Throws: `CancellationError` when interrupted between two attempts.
    func run(_ entries: [Entry]) async throws -> Report {
        var report = Report()
        var remaining = entries
        var attempt = 1
        while !remaining.isEmpty {
            let result = await callOnce(remaining)
            var again: [Entry] = []
            for entry in remaining {
                if let answer = result.successful[id(entry)] {
                    report.done.append((entry, answer))
                    continue
                }
                let failure = result.failure(of: entry, id(entry))
                if failure.error.isPassing && attempt < Persistence.attempts {
                    again.append(entry)
                } else {
                    report.failed.append(failure)
                }
            }
            remaining = again
            if !remaining.isEmpty { try await Persistence.pause(afterFailures: attempt) }
            attempt += 1
        }
        return report
    }

    /// What one call answered, and what became of it itself.
    private struct Attempt {
        var successful: [String: Success] = [:]
        var failed: [String: SQSError] = [:]
        /// The ids of those that a failed call was not about.
        var undecided: Set<String> = []

        func failure(of entry: Entry, _ id: String) -> Failure {
            let error = failed[id] ?? PersistentBatch.unanswered
            return Failure(
                entry: entry, error: error,
                isRefusal: !undecided.contains(id) && error.isAboutEntry)
        }

        mutating func add(_ other: Attempt) {
            successful.merge(other.successful) { $1 }
            failed.merge(other.failed) { $1 }
            undecided.formUnion(other.undecided)
        }
    }

    private func callOnce(_ entries: [Entry]) async -> Attempt {
        do throws(SQSError) {
            let result = try await call(entries)
            return Attempt(successful: result.successful, failed: result.failed)
        } catch {
            if error.concernsMessage, entries.count > 1 {
                // It does not say which: each alone does.
                var all = Attempt()
                for entry in entries { all.add(await callOnce([entry])) }
                return all
            }
            return Attempt(
                failed: Dictionary(entries.map { (id($0), error) }) { $1 },
                undecided: error.concernsMessage ? [] : Set(entries.map(id)))
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

    /// Whether it is about what an entry has in it, where the service gives it for one.
    fileprivate var isAboutEntry: Bool {
        switch kind {
        case .malformed, .leaseLost: true
        case .throttled, .transient, .overLimit, .credentials, .clockSkew, .denied, .missing,
            .cancelled:
            false
        }
    }
}
