package import Logging

/// What a line of the log is about, in the words that its text begins with: `orders/charge
/// 117fedb2`. The handler is left out where it is called as its queue is.
package struct LogSubject: CustomStringConvertible {
    /// The number of characters of a message id that tell the messages of a screen apart.
    private static let idCharacters = 8

    package let description: String

    /// Nil where the fields name neither a queue nor a handler.
    package init?(queue: String?, handler: String?, messageID: String?) {
        let places = [queue, handler == queue ? nil : handler].compactMap(\.self)
        guard !places.isEmpty else { return nil }
        let message = messageID.map { [Self.short($0)] } ?? []
        description = ([places.joined(separator: "/")] + message).joined(separator: " ")
    }

    static func short(_ messageID: String) -> String {
        String(messageID.prefix(idCharacters))
    }
}

/// Lets the text of each line begin with what it is about, so that one who sees no fields
/// (`journalctl -u`, `systemctl status`, a forwarder to syslog) can tell the lines of messages,
/// handlers and queues apart.
///
/// Every line that has the fields `queue`, `handler` or `message_id` gets it: none can forget it.
/// Off the journal, fields that the text says are left out, for they would stand beside it.
package struct SubjectLogHandler: LogHandler {
    private var inner: any LogHandler
    private let showsFields: Bool
    private let threshold: LogThreshold?
    /// The level that was set for this logger alone.
    private var ownLevel: Logger.Level?

    /// Those that the beginning of the text says.
    private static let inSubject = ["queue", "handler"]
    /// Those that the text of a run's end says.
    private static let inSentence = ["receive_count", "duration_usec", "output"]

    /// - Parameters:
    ///   - showsFields: whether fields stand in the same line as the text.
    ///   - threshold: the level of all loggers that have none of their own; nil for that of the
    ///     handler.
    package init(_ inner: any LogHandler, showsFields: Bool, threshold: LogThreshold? = nil) {
        self.inner = inner
        self.threshold = threshold
        self.showsFields = showsFields
    }

    package var logLevel: Logger.Level {
        get { ownLevel ?? threshold?.level ?? inner.logLevel }
        set { ownLevel = newValue }
    }
    package var metadata: Logger.Metadata {
        get { inner.metadata }
        set { inner.metadata = newValue }
    }
    package var metadataProvider: Logger.MetadataProvider? {
        get { inner.metadataProvider }
        set { inner.metadataProvider = newValue }
    }
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { inner[metadataKey: key] }
        set { inner[metadataKey: key] = newValue }
    }

    package func log(event: LogEvent) {
        func field(_ key: String) -> String? {
            switch event.metadata?[key] ?? inner[metadataKey: key] {
            case .string(let text): text
            case .stringConvertible(let value): value.description
            // A line about several messages begins with none of them.
            case .array, .dictionary, nil: nil
            }
        }
        let subject = LogSubject(
            queue: field("queue"), handler: field("handler"), messageID: field("message_id"))
        guard let subject else { return inner.log(event: event) }
        var event = event
        event.message = "\(subject): \(event.message)"
        guard showsFields else { return inner.log(event: event) }
        let isRunEnd = event.metadata?["outcome"] != nil
        var fewer = inner
        for key in Self.inSubject + (isRunEnd ? Self.inSentence : []) {
            event.metadata?[key] = nil
            fewer[metadataKey: key] = nil
        }
        fewer.log(event: event)
    }
}
