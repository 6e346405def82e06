import Dispatch
import Glibc
package import SubscriberEngine
import Synchronization

/// The completions of one queue, in a file that outlives the process.
///
/// Lines are appended as they come, by a thread of its own: a slow disk holds up no queue. They are
/// not forced to the disk one by one: the end of the process, by `kill -9` too, loses nothing, a
/// power failure what the kernel had not written yet, which costs a second run of a handler. What
/// cannot be written stays in memory and is tried again; it never stops the daemon.
package final class CompletionFile: Sendable {
    /// What an operator is told: once when it begins, once when it is over.
    package enum Report: Sendable, Equatable {
        case cannotRead(String)
        case cannotWrite(String)
        case writesAgain
    }

    /// Ten thousand entries, the most that are remembered, take 2 MB, and four times as many lines
    /// 8 MB; a file beyond this was not written by us.
    static let sizeMaximum = 32 << 20
    /// How long the disk is left alone after a failed write.
    static let pause = Duration.seconds(60)

    private struct State {
        var ledger = CompletionLedger()
        var file: SystemFile?
        /// The file does not say what the ledger does: it is to be written anew.
        var isStale = false
        var isTroubled = false
        var pausedUntil: ContinuousClock.Instant?
    }

    private let path: String
    private let time: @Sendable () -> Int64
    private let report: @Sendable (Report) -> Void
    private let state: Mutex<State>
    private let writer = DispatchQueue(label: "sqs-subscriber.completions")

    /// Reads the file, if there is one. Creates none before there is something to write.
    ///
    /// - Parameters:
    ///   - time: seconds since 1970.
    ///   - report: called from any thread.
    package init(
        _ path: String, time: @escaping @Sendable () -> Int64 = { Int64(Glibc.time(nil)) },
        report: @escaping @Sendable (Report) -> Void
    ) {
        self.path = path
        self.time = time
        self.report = report
        var state = State()
        do throws(SystemFile.Failure) {
            let text = try SystemFile.read(path, atMost: Self.sizeMaximum) ?? ""
            state.ledger = CompletionLedger(reading: text, at: time())
            // What is appended to half a line would be lost with it.
            state.isStale = !text.isEmpty && !text.hasSuffix("\n")
        } catch {
            state.isStale = true
            report(.cannotRead("\(path): \(error)"))
        }
        self.state = Mutex(state)
    }

    /// The oldest first.
    package var known: [Completion] { state.withLock { $0.ledger.known } }

    /// Returns at once; written soon after.
    package func note(_ change: CompletionChange) {
        let record = CompletionRecord(change, time: time())
        writer.async {
            self.write { state in
                state.ledger.note(record)
                return record.line
            }
        }
    }

    /// Returns when all that was noted is written, or could not be.
    package func flush() async {
        await withCheckedContinuation { continuation in
            writer.async {
                if self.state.withLock({ $0.isTroubled }) {
                    self.write { state in
                        state.pausedUntil = nil
                        return ""
                    }
                }
                continuation.resume()
            }
        }
    }

    /// - Parameter change: says what to append.
    private func write(_ change: (inout State) -> String) {
        let news = state.withLock { state -> Report? in
            let line = change(&state)
            let now = ContinuousClock.now
            if let until = state.pausedUntil, now < until { return nil }
            do throws(SystemFile.Failure) {
                try bring(line, to: &state)
                defer { state.isTroubled = false }
                state.pausedUntil = nil
                return state.isTroubled ? .writesAgain : nil
            } catch {
                defer { state.isTroubled = true }
                state.isStale = true
                state.pausedUntil = now + Self.pause
                return state.isTroubled ? nil : .cannotWrite("\(path): \(error)")
            }
        }
        if let news { report(news) }
    }

    private func bring(_ line: String, to state: inout State) throws(SystemFile.Failure) {
        guard state.isStale || state.ledger.isWorthRewriting else {
            if state.file == nil { state.file = try SystemFile(appendingTo: path) }
            try state.file?.write(line)
            return
        }
        state.file = nil
        state.file = try SystemFile.replace(path, with: state.ledger.rewritten())
        state.isStale = false
    }
}
