/// What the page asks the daemon beyond what the control socket does. Nothing of it waits for a
/// handler, or holds up a message.
package protocol WatchedDaemon: ControlledDaemon {
    /// The status, with the counts of dead-letter queues.
    func watchedStatus() async -> StatusReport
    /// The load of the last 15 minutes.
    ///
    /// - Parameter queue: the name of one; nil for all together.
    func load(of queue: String?) -> LoadReport
    /// How many failures there were: another number tells that ``failures(_:)`` says something new.
    var failureCount: Int { get }
    /// The latest failures, the newest first.
    func failures(_ most: Int) -> [MessageEvent]
    /// What is remembered of a message, the oldest first.
    func story(of messageID: String) -> [MessageEvent]
    /// Has SQS move a queue's dead letters back to where each came from. Returns when that has
    /// begun.
    ///
    /// - Parameter queue: the name of the one whose dead-letter queue is meant.
    func redrive(_ queue: String) async -> RedriveOutcome
}

/// What became of a wish to have dead letters put back.
package enum RedriveOutcome: Sendable, Equatable {
    case begun
    /// The reason.
    case refused(String)
    /// The daemon ends.
    case stopping
}

/// How much there was to do at some moments of the last 15 minutes.
package struct LoadReport: Sendable {
    /// One moment, with what happened since the one before it.
    package struct Point: Sendable, Equatable {
        /// How long ago, in seconds.
        package var ago: Double
        /// Messages that were deleted, per second; nil where the daemon did not serve.
        package var handled: Double?
        /// Runs that failed or rejected their message, per second.
        package var failed: Double?
        /// How long ago the oldest message in hand was sent, in seconds; zero where none was.
        package var lag: Double?
        /// What SQS counted, approximately; nil where that was not asked.
        package var waiting: Int?

        package init(ago: Double) {
            self.ago = ago
        }
    }

    /// The oldest first.
    package let points: [Point]
    /// Runs that failed or rejected their message in this time.
    package let failures: Int

    package init(points: [Point], failures: Int) {
        self.points = points
        self.failures = failures
    }
}

/// Something that happened to a message, as the log tells it.
package struct MessageEvent: Sendable, Equatable {
    /// Tells events apart, as long as the daemon runs.
    package let number: Int
    /// Seconds since 1970.
    package let at: Int
    package let queue: String
    package let handler: String?
    package let messageID: String
    package let isFailure: Bool
    package let text: String
    /// The last of what the handler said, where it failed.
    package let output: String?

    package init(
        number: Int, at: Int, source: (queue: String, handler: String?), messageID: String,
        isFailure: Bool, text: String, output: String?
    ) {
        self.number = number
        self.at = at
        (queue, handler) = source
        self.messageID = messageID
        self.isFailure = isFailure
        self.text = text
        self.output = output
    }
}
