package import Logging

/// Writes one line of text per event, a whole line per `write(2)`, at once or through a queue.
///
/// `2026-03-29 14:05:09.123 info     Handled queue=orders handler=bill message_id=…`; the key
/// `event_id` is for the journal and not printed.
package struct TextLogHandler: LogHandler {
    /// What surrounds the message and its fields.
    package enum Style: Sendable, Equatable {
        /// Time and level, for a pipe or a file.
        case plain
        /// Lines as ``plain`` has them, with the level in colour, for a terminal.
        case coloured
        /// The `<N>` prefix of sd-daemon(3) instead, for a stderr that is the journal's stream.
        case journalStream
    }

    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level

    private let style: Style
    private let writer: LineWriter
    private let queue: LogQueue?

    /// - Parameter queue: nil to write on the thread that logs.
    package init(
        level: Logger.Level, style: Style, metadataProvider: Logger.MetadataProvider? = nil,
        writer: LineWriter = .standardError, queue: LogQueue? = nil
    ) {
        logLevel = level
        self.style = style
        self.metadataProvider = metadataProvider
        self.writer = writer
        self.queue = queue
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        guard let queue else {
            _ = write(event)
            return
        }
        let line = line(event)
        queue.append(bytes: line.count) { [writer] in writer.write(line) }
    }

    /// Writes a line at once, past the level and the queue.
    /// - Returns: whether it was written.
    func write(_ event: LogEvent) -> Bool {
        writer.write(line(event))
    }

    private func line(_ event: LogEvent) -> [UInt8] {
        let fields = LogFields(handler: metadata, provider: metadataProvider, event: event)
        return TextLine.bytes(event.level, event.text, fields, style: style)
    }
}
