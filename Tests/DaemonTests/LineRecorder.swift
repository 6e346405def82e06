import Logging
import Synchronization

/// Keeps what is logged.
final class LineRecorder: Sendable {
    struct Line: Sendable {
        let level: Logger.Level
        let text: String
        let fields: [String: String]
    }

    private let lines = Mutex<[Line]>([])

    var all: [Line] { lines.withLock { $0 } }
    var texts: [String] { all.map(\.text) }

    var logger: Logger {
        Logger(label: "test") { _ in handler }
    }

    var handler: any LogHandler { Handler(lines: self) }

    private struct Handler: LogHandler {
        let lines: LineRecorder
        var metadata: Logger.Metadata = [:]
        var metadataProvider: Logger.MetadataProvider?
        var logLevel = Logger.Level.trace

        init(lines: LineRecorder) { self.lines = lines }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = metadata.merging(event.metadata ?? [:]) { $1 }
            let line = Line(
                level: event.level, text: "\(event.message)",
                fields: fields.mapValues(\.description))
            lines.lines.withLock { $0.append(line) }
        }
    }
}
