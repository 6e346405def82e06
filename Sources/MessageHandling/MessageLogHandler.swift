internal import Logging

/// Logs with a message's fields attached: `queue`, `message_id`, `handler`, `receive_count`,
/// `message_group_id`, `trace_id`.
///
/// The fields are put together when a line is logged, not for each message: most handlers of most
/// messages log nothing, and five entries in a dictionary cost as much as the rest of a message.
struct MessageLogHandler: LogHandler {
    private let base: Logger
    private let message: Message
    private let handlerName: String
    private var own: Logger.Metadata = [:]
    var logLevel: Logger.Level
    var metadataProvider: Logger.MetadataProvider?

    init(base: Logger, message: Message, handlerName: String) {
        self.base = base
        self.message = message
        self.handlerName = handlerName
        logLevel = base.logLevel
    }

    var metadata: Logger.Metadata {
        get { fields.merging(own) { _, own in own } }
        set { own = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { own[key] ?? fields[key] }
        set { own[key] = newValue }
    }

    func log(event: LogEvent) {
        var metadata = metadata
        if let provided = metadataProvider?.get() {
            metadata.merge(provided) { _, provided in provided }
        }
        if let given = event.metadata { metadata.merge(given) { _, given in given } }
        var logger = base
        logger.logLevel = logLevel
        logger.log(
            level: event.level, event.message, metadata: metadata, source: event.source,
            file: event.file, function: event.function, line: event.line)
    }

    private var fields: Logger.Metadata {
        var fields: Logger.Metadata = [
            "queue": .string(message.queue.name),
            "message_id": .string(message.id),
            "handler": .string(handlerName),
            "receive_count": .stringConvertible(message.receiveCount),
        ]
        if let group = message.messageGroupID { fields["message_group_id"] = .string(group) }
        if let trace = message.traceID { fields["trace_id"] = .string(trace) }
        return fields
    }
}
