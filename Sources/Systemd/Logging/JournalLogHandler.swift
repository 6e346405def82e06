package import Logging

/// Writes structured entries to the journal: one event, one entry, one `sd_journal_sendv`,
/// at once or through a queue.
///
/// Fields: MESSAGE (newlines kept), PRIORITY, SYSLOG_IDENTIFIER, CODE_FILE, CODE_LINE, CODE_FUNC,
/// MESSAGE_ID when the event carries an `event_id`, and one `SQS_…` field for each piece of
/// metadata. When journald refuses an entry, its text goes to stderr, with the reason; when that
/// is refused too, the queue counts the entry as lost. Never throws.
package struct JournalLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level

    private let label: String
    private let identifier: String
    private let delivery: Delivery
    private let queue: LogQueue?

    /// - Parameters:
    ///   - label: the logger's label, in the field `SQS_LOGGER`.
    ///   - identifier: the program, for `journalctl -t` (SYSLOG_IDENTIFIER).
    ///   - fallback: stderr, which is the journal's stream too.
    ///   - send: hands an entry over; 0 or an `errno` value.
    ///   - queue: nil to hand entries over on the thread that logs.
    package init(
        label: String, level: Logger.Level, identifier: String,
        metadataProvider: Logger.MetadataProvider? = nil, fallback: LineWriter = .standardError,
        send: @escaping @Sendable (JournalEntry) -> Int32 = { $0.send() },
        queue: LogQueue? = nil
    ) {
        self.label = label
        logLevel = level
        self.identifier = identifier
        self.metadataProvider = metadataProvider
        delivery = Delivery(fallback: fallback, send: send)
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
        let fields = LogFields(handler: metadata, provider: metadataProvider, event: event)
        let (level, message) = (event.level, event.text)
        let entry = entry(event, message, fields)
        // What it was made of is kept beside it, for the case that the journal refuses it.
        queue.append(bytes: 2 * entry.bytes.count) { [delivery] in
            delivery.deliver(entry, level, message, fields)
        }
    }

    /// Writes an entry at once, past the level and the queue.
    /// - Returns: whether it was taken.
    func write(_ event: LogEvent) -> Bool {
        let fields = LogFields(handler: metadata, provider: metadataProvider, event: event)
        let message = event.text
        return delivery.deliver(entry(event, message, fields), event.level, message, fields)
    }

    private struct Delivery: Sendable {
        let fallback: LineWriter
        let send: @Sendable (JournalEntry) -> Int32

        /// - Returns: whether the entry was taken, in one form or the other.
        func deliver(
            _ entry: JournalEntry, _ level: Logger.Level, _ message: String, _ fields: LogFields
        ) -> Bool {
            let refusal = send(entry)
            guard refusal != 0 else { return true }
            var fields = fields
            let reason = "the journal refused this entry: \(SystemError.text(refusal))"
            fields.append("journal_error", "\(reason)", depth: 0)
            return fallback.write(TextLine.bytes(level, message, fields, style: .journalStream))
        }
    }

    private func entry(_ event: LogEvent, _ message: String, _ fields: LogFields) -> JournalEntry {
        // The fixed fields take about 250 bytes, a typical field of ours about 50.
        var entry = JournalEntry(
            reservingBytes: message.utf8.count + 256 + fields.pairs.count * 64)
        entry.append("MESSAGE", message)
        entry.append("PRIORITY", String(event.level.syslogPriority))
        entry.append("SYSLOG_IDENTIFIER", identifier)
        entry.append("CODE_FILE", event.file)
        entry.append("CODE_LINE", String(event.line))
        entry.append("CODE_FUNC", event.function)
        if let eventID = fields.eventID {
            entry.append("MESSAGE_ID", eventID)
        }
        entry.append(key: "logger", label)
        for (key, value) in fields.pairs {
            entry.append(key: key, value)
        }
        for list in fields.lists {
            for value in list.values { entry.append(key: list.key, value) }
        }
        entry.finish()
        return entry
    }
}
