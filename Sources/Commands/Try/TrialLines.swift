import JSON
import Logging
import Synchronization

/// What a handler prints and what the daemon would log of it, as it comes.
final class TrialLines: Sendable {
    struct Line: Sendable {
        let text: String
        let level: String
        /// `stdout` or `stderr` of the program; nil for what the daemon says of it.
        let stream: String?
    }

    private let lines = Mutex<[Line]>([])
    private let isShown: Bool

    /// - Parameter isShown: whether each line is printed when it comes.
    init(isShown: Bool) {
        self.isShown = isShown
    }

    var all: [Line] { lines.withLock { $0 } }

    var logger: Logger { Logger(label: "try") { _ in Handler(lines: self) } }

    func add(_ line: Line) {
        lines.withLock { $0.append(line) }
        guard isShown else { return }
        let mark = line.level == "info" || line.level == "notice" ? "" : "\(line.level): "
        let text = PrintableText.of(mark + line.text)
        Terminal.line(line.stream == nil ? "  \(text)" : "  | \(text)")
    }

    private struct Handler: LogHandler {
        let lines: TrialLines
        var metadata: Logger.Metadata = [:]
        var metadataProvider: Logger.MetadataProvider?
        var logLevel = Logger.Level.info

        init(lines: TrialLines) {
            self.lines = lines
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let stream = (event.metadata?["stream"] ?? metadata["stream"])?.description
            lines.add(
                Line(
                    text: event.message.description, level: event.level.rawValue, stream: stream))
        }
    }
}

extension TrialLines.Line {
    func write(_ json: inout JSONWriter) {
        json.object { json in
            json.member("text", text)
            json.member("level", level)
            if let stream { json.member("stream", stream) }
        }
    }
}
