package import Logging

/// Writes structured entries to the journal: one event, one entry, one `sd_journal_sendv`.
///
/// Fields: MESSAGE (newlines kept), PRIORITY, SYSLOG_IDENTIFIER, CODE_FILE, CODE_LINE, CODE_FUNC,
/// MESSAGE_ID when the event carries an `event_id`, and one `SQS_…` field for each piece of
/// metadata. When journald refuses an entry, its text goes to stderr, with the reason. Never
/// throws.
package struct JournalLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level

    private let label: String
    private let identifier: String
    private let fallback: LineWriter
    private let send: @Sendable (JournalEntry) -> Int32

    /// - Parameters:
    ///   - label: the logger's label, in the field `SQS_LOGGER`.
    ///   - identifier: the program, for `journalctl -t` (SYSLOG_IDENTIFIER).
    ///   - fallback: stderr, which is the journal's stream too.
    ///   - send: hands an entry over; 0 or an `errno` value.
    package init(
        label: String, level: Logger.Level, identifier: String,
        metadataProvider: Logger.MetadataProvider? = nil, fallback: LineWriter = .standardError,
        send: @escaping @Sendable (JournalEntry) -> Int32 = { $0.send() }
    ) {
        self.label = label
        logLevel = level
        self.identifier = identifier
        self.metadataProvider = metadataProvider
        self.fallback = fallback
        self.send = send
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var fields = LogFields(handler: metadata, provider: metadataProvider, event: event)
        let refusal = send(entry(event, fields))
        guard refusal != 0 else { return }
        let reason = "the journal refused this entry: \(SystemError.text(refusal))"
        fields.append("journal_error", "\(reason)", depth: 0)
        fallback.write(TextLine.bytes(event, fields, style: .journalStream))
    }

    private func entry(_ event: LogEvent, _ fields: LogFields) -> JournalEntry {
        let message = event.message.description.cut(toBytes: LogLimits.messageBytes)
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
        entry.finish()
        return entry
    }
}
