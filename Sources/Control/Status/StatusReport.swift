/// What a daemon does at one moment: what `GET /status` answers.
///
/// Moments are seconds since 1970, durations seconds.
package struct StatusReport: Sendable {
    package enum State: String, Sendable {
        case starting, running, stopping
    }

    package struct Configuration: Sendable {
        package let readAt: Int
        package let files: [String]
        /// Why the last reload was refused; nil where it was not.
        package let problem: String?

        package init(readAt: Int, files: [String], problem: String?) {
            self.readAt = readAt
            self.files = files
            self.problem = problem
        }
    }

    /// Messages since the start.
    package struct Messages: Sendable {
        package let handled: Int
        package let failed: Int
        package let rejected: Int

        package init(handled: Int, failed: Int, rejected: Int) {
            (self.handled, self.failed, self.rejected) = (handled, failed, rejected)
        }
    }

    package var version: String
    package var processID: Int
    package var state = State.running
    /// The line of `systemctl status`.
    package var summary: String
    package var since: Int
    package var configuration: Configuration
    package var logLevel: String
    package var slots: Int
    package var messages: Messages
    /// The queues in the order of their names.
    package var queues: [QueueReport] = []

    package init(
        version: String, processID: Int, summary: String, since: Int,
        configuration: Configuration, log level: String, work: (slots: Int, messages: Messages)
    ) {
        self.version = version
        self.processID = processID
        self.summary = summary
        self.since = since
        self.configuration = configuration
        logLevel = level
        (slots, messages) = work
    }

    /// Whether an operator should look: a queue has a trouble, or a reload was refused.
    package var isInTrouble: Bool {
        configuration.problem != nil || queues.contains { $0.trouble != nil }
    }
}

/// One queue of a report.
package struct QueueReport: Sendable {
    package enum State: String, Sendable {
        /// It has not answered yet.
        case opening
        case receiving
        /// It is received from, and nothing is in hand.
        case idle
        /// It is not received from, for a handler cannot work.
        case waiting
        case paused
        /// It has left the configuration, and what was in hand ends.
        case leaving
    }

    /// Messages per second, over the last minute and the last 15.
    package struct Rates: Sendable, Equatable {
        package let minute: Double
        package let quarter: Double

        package init(minute: Double, quarter: Double) {
            (self.minute, self.quarter) = (minute, quarter)
        }
    }

    /// What SQS counts, approximately.
    package struct Depth: Sendable, Equatable {
        package let visible: Int
        package let inFlight: Int
        package let delayed: Int

        package init(visible: Int, inFlight: Int, delayed: Int) {
            (self.visible, self.inFlight, self.delayed) = (visible, inFlight, delayed)
        }
    }

    /// What is in the queue that messages are given up to.
    package enum DeadLetters: Sendable, Equatable {
        /// So many, approximately.
        case counted(Int)
        /// The reason in few words.
        case unknown(String)
        /// There is no such queue.
        case absent
    }

    /// What went wrong last, though it may be over.
    package struct Failure: Sendable, Equatable {
        package let text: String
        package let at: Int

        package init(text: String, at: Int) {
            (self.text, self.at) = (text, at)
        }
    }

    /// What became of received messages.
    package struct Counts: Sendable, Equatable {
        package var received = 0
        package var deleted = 0
        /// Made visible again, at once or later.
        package var returned = 0
        /// Left to their visibility timeouts.
        package var lapsed = 0
        /// Extensions of visibility timeouts that SQS has confirmed.
        package var renewed = 0
        /// Lost while they were in hand.
        package var lost = 0
        /// Deleted without a run, for they had been done.
        package var duplicates = 0
        /// Made visible again before a handler saw them, by cause.
        package var released: [String: Int] = [:]

        package init() {}
    }

    package let name: String
    package let state: State
    package var inHand = 0
    package var running = 0
    /// Receive requests that are out.
    package var polls = 0
    package var counts = Counts()
    package var received: Rates?
    package var deleted: Rates?
    /// How long ago the oldest message in hand was sent.
    package var lag: Double?
    package var depth: Depth?
    /// Nil where that was not asked, or has not been answered yet.
    package var deadLetters: DeadLetters?
    /// What is in the way, since when and until when.
    package var trouble: String?
    package var lastFailure: Failure?
    package var handlers: [HandlerReport] = []
    package var runs: [RunReport] = []

    package init(name: String, state: State) {
        self.name = name
        self.state = state
    }
}

/// One handler of a report.
package struct HandlerReport: Sendable {
    /// Runs since the start, by how they ended.
    package struct Runs: Sendable, Equatable {
        package var done = 0
        package var retried = 0
        package var rejected = 0
        /// It could not work.
        package var unavailable = 0
        package var cancelled = 0

        package init() {}
    }

    package let name: String
    package let concurrency: Int
    package var running = 0
    package var runs = Runs()
    /// The median of the last 15 minutes; nil where nothing ended in them.
    package var median: Double?
    package var percentile99: Double?
    package var oldestRun: Double?
    /// How long all runs since the start took.
    package var durations = DurationHistogram()
    /// The time from sent to start of all runs, those after a failure included.
    package var waits = DurationHistogram()

    package init(name: String, concurrency: Int) {
        self.name = name
        self.concurrency = concurrency
    }
}

/// A run that has not ended.
package struct RunReport: Sendable {
    package let handler: String
    package let messageID: String
    package let duration: Double

    package init(handler: String, messageID: String, duration: Double) {
        self.handler = handler
        self.messageID = messageID
        self.duration = duration
    }
}
