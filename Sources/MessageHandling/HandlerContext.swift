public import Logging

/// What a handler may know and use besides the message.
///
/// Whether its task was cancelled a handler sees as everywhere in Swift: `Task.isCancelled`, or a
/// thrown `CancellationError` from what it awaits.
public struct HandlerContext: Sendable {
    /// SQS hides a message for 12 h from its receive at most (Developer Guide, visibility timeout);
    /// the daemon keeps it hidden for as long as a handler runs, up to there.
    public static let longestTime = Duration.seconds(12 * 3600)

    /// The name of the handler: its file's name without `.toml`, or the name it registered with.
    public let handlerName: String
    private let baseLogger: Logger
    /// The message that the logger speaks of; nil where it does so already.
    private let subject: Message?
    private let timeLimit: TimeLimit?
    package let cancellationDeadline: CancellationDeadline
    /// Where the handler says how its run ended, for the log.
    package let notes: RunNotes

    /// A context with ``longestTime`` from now.
    public init(handlerName: String, logger: Logger) {
        self.init(handlerName: handlerName, logger: logger, timeLimit: TimeLimit())
    }

    /// - Parameters:
    ///   - subject: the message whose fields are attached to what is logged; nil for a logger that
    ///     has them.
    ///   - timeLimit: nil for ``longestTime`` from whenever it is asked for.
    package init(
        handlerName: String, logger: Logger, about subject: Message? = nil,
        timeLimit: TimeLimit? = nil,
        cancellationDeadline: CancellationDeadline = CancellationDeadline(),
        notes: RunNotes = RunNotes()
    ) {
        self.handlerName = handlerName
        baseLogger = logger
        self.subject = subject
        self.timeLimit = timeLimit
        self.cancellationDeadline = cancellationDeadline
        self.notes = notes
    }

    /// Logs with the message's fields (queue, message id, handler, receive count) attached.
    ///
    /// Made anew each time: most handlers of most messages log nothing.
    public var logger: Logger {
        guard let subject else { return baseLogger }
        return Logger(label: baseLogger.label) { [baseLogger, handlerName] _ in
            MessageLogHandler(base: baseLogger, message: subject, handlerName: handlerName)
        }
    }

    /// A context of the same run, whose time is limited.
    package func limited(by timeLimit: TimeLimit) -> HandlerContext {
        HandlerContext(
            handlerName: handlerName, logger: baseLogger, about: subject, timeLimit: timeLimit,
            cancellationDeadline: cancellationDeadline, notes: notes)
    }

    /// When the handler's task is cancelled: its `timeout` after its start, or ``longestTime``.
    public var deadline: ContinuousClock.Instant {
        timeLimit?.deadline ?? .now + Self.longestTime
    }

    /// Moves the deadline, for work that turns out to be larger than the handler's `timeout`.
    ///
    /// The message stays hidden from other hosts meanwhile; nothing else is needed for that. A
    /// deadline that has passed is not moved: the task is cancelled already.
    ///
    /// - Parameter duration: counted from the present deadline; what is not positive changes
    ///   nothing.
    /// - Returns: the new deadline, ``longestTime`` after the start at most.
    @discardableResult
    public func extend(by duration: Duration) -> ContinuousClock.Instant {
        timeLimit?.extend(by: duration) ?? deadline
    }
}
