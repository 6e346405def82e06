package import Logging
package import MessageHandling
import Synchronization

/// Keeps what is logged, and lets a test wait for it.
package final class LogRecorder: Sendable {
    package struct Entry: Sendable, Equatable {
        package let level: Logger.Level
        package let text: String
        package let metadata: [String: String]

        /// Its level and its text.
        package var line: String { "\(level): \(text)" }
    }

    private let recorder = Recorder<Entry>()
    private let notes = Mutex<[RunNotes]>([])
    private let stream = AsyncStream<Entry>.makeStream()

    package init() {}

    package var entries: [Entry] { recorder.items }
    package var texts: [String] { entries.map(\.text) }
    package var warnings: [String] { entries.filter { $0.level == .warning }.map(\.text) }

    /// Each entry as it comes.
    package var arrivals: AsyncStream<Entry> { stream.stream }

    /// The lines of one of a program's streams.
    package func lines(of stream: String) -> [String] {
        entries.filter { $0.metadata["stream"] == stream }.map(\.text)
    }

    /// What the handlers noted of their runs, one for each context.
    package var details: [RunDetail] { notes.withLock { $0.map(\.detail) } }

    /// How the runs ended that noted it.
    package var endings: [String] { details.compactMap(\.ending) }

    package var handler: any LogHandler { Handler(recorder: self) }

    package var logger: Logger { Logger(label: "test") { _ in handler } }

    /// A context whose logger this is. Its metadata stands for the message's fields.
    package func context(
        _ deadline: CancellationDeadline = CancellationDeadline()
    ) -> HandlerContext {
        var logger = logger
        logger[metadataKey: "message"] = "m-1"
        let noted = RunNotes()
        notes.withLock { $0.append(noted) }
        return HandlerContext(
            handlerName: "test", logger: logger, cancellationDeadline: deadline, notes: noted)
    }

    /// Returns when `text` has been logged `count` times, or the test's time is over.
    package func waitFor(_ text: String, count: Int = 1) async {
        await recorder.waitUnlessCancelled { entries in
            entries.count { $0.text == text } >= count
        }
    }

    private func record(_ entry: Entry) {
        recorder.record(entry)
        stream.continuation.yield(entry)
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var metadataProvider: Logger.MetadataProvider?
        var logLevel: Logger.Level = .trace

        init(recorder: LogRecorder) { self.recorder = recorder }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            recorder.record(
                Entry(
                    level: event.level, text: "\(event.message)",
                    metadata: all.mapValues(\.description)))
        }
    }
}
