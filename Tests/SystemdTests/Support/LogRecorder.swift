import Logging
import Synchronization

/// Keeps what was logged, and lets a test await it.
final class LogRecorder: Sendable {
    private let kept = Mutex<[String]>([])
    private let stream = AsyncStream<String>.makeStream()

    /// Every event so far: its level and its message.
    var lines: [String] { kept.withLock { $0 } }

    /// Each event as it comes.
    var arrivals: AsyncStream<String> { stream.stream }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(recorder: self) }
    }

    private func keep(_ line: String) {
        kept.withLock { $0.append(line) }
        stream.continuation.yield(line)
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        init(recorder: LogRecorder) {
            self.recorder = recorder
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            recorder.keep("\(event.level): \(event.message)")
        }
    }
}
