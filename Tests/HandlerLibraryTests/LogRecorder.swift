import Logging
import MessageHandling
import Synchronization

/// Keeps what is logged, and lets a test wait for a line.
final class LogRecorder: Sendable {
    struct Entry: Sendable, Equatable {
        let level: Logger.Level
        let text: String
        let metadata: [String: String]
    }

    private struct State {
        var entries: [Entry] = []
        var notes: [RunNotes] = []
        var waiting: [(text: String, count: Int, continuation: CheckedContinuation<Void, Never>)] =
            []
    }

    private let state = Mutex(State())

    var entries: [Entry] { state.withLock { $0.entries } }

    /// The lines of one of the program's streams.
    func lines(of stream: String) -> [String] {
        entries.filter { $0.metadata["stream"] == stream }.map(\.text)
    }

    var warnings: [String] { entries.filter { $0.level == .warning }.map(\.text) }

    /// What the handlers noted of their runs, one for each context.
    var details: [RunDetail] { state.withLock { $0.notes.map(\.detail) } }

    /// How the runs ended that noted it.
    var endings: [String] { details.compactMap(\.ending) }

    /// A context whose logger this is. Its metadata stands for the message's fields.
    func context(_ deadline: CancellationDeadline = CancellationDeadline()) -> HandlerContext {
        var logger = Logger(label: "test") { _ in Handler(recorder: self) }
        logger[metadataKey: "message"] = "m-1"
        let notes = RunNotes()
        state.withLock { $0.notes.append(notes) }
        return HandlerContext(
            handlerName: "test", logger: logger, cancellationDeadline: deadline, notes: notes)
    }

    /// Returns when `text` has been logged `count` times, or the test's time is over.
    func waitFor(_ text: String, count: Int = 1) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    let isThere = state.entries.count(where: { $0.text == text }) >= count
                    if isThere || Task.isCancelled { return true }
                    state.waiting.append((text, count, continuation))
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            for waiter in waiting { waiter.continuation.resume() }
        }
    }

    private func record(_ entry: Entry) {
        let ready = state.withLock { state in
            state.entries.append(entry)
            let entries = state.entries
            let isReady = { (text: String, count: Int) in
                entries.count(where: { $0.text == text }) >= count
            }
            let ready = state.waiting.filter { isReady($0.text, $0.count) }
            state.waiting.removeAll { isReady($0.text, $0.count) }
            return ready
        }
        for waiter in ready { waiter.continuation.resume() }
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            recorder.record(
                Entry(
                    level: event.level, text: "\(event.message)",
                    metadata: all.mapValues { "\($0)" }))
        }
    }
}
