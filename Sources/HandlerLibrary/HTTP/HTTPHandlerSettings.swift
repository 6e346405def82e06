/// What an `[http]` table says: where to post, and how.
package struct HTTPHandlerSettings: Sendable, Equatable {
    /// The default of `timeout`, the same as an `exec` handler's.
    package static let defaultTimeout: Duration = .seconds(300)
    /// The default of `content_type`, as the Elastic Beanstalk worker daemon has it.
    package static let defaultContentType = "application/json"
    package static let defaultUserAgent = "sqs-subscriber"

    /// Absolute, `http:` or `https:`; for a Unix socket `http+unix:`, with the socket's path,
    /// percent-encoded, as the host.
    package var url: String
    /// The time from the start of the request to the end of the answer.
    package var timeout: Duration
    package var contentType: String
    package var userAgent: String
    /// Sent besides the message's own, which they do not replace.
    package var headers: [String: String]
    /// What the statuses of answers mean.
    package var statuses: StatusPolicy
    /// Whether the message of a periodic task is posted to the path that it names, instead of the
    /// URL's.
    package var postsToTaskPath: Bool

    package init(
        url: String, timeout: Duration = HTTPHandlerSettings.defaultTimeout,
        contentType: String = HTTPHandlerSettings.defaultContentType,
        userAgent: String = HTTPHandlerSettings.defaultUserAgent, headers: [String: String] = [:],
        statuses: StatusPolicy = StatusPolicy(), postsToTaskPath: Bool = false
    ) {
        self.url = url
        self.timeout = timeout
        self.contentType = contentType
        self.userAgent = userAgent
        self.headers = headers
        self.statuses = statuses
        self.postsToTaskPath = postsToTaskPath
    }
}

/// What the statuses of answers mean.
package struct StatusPolicy: Sendable, Equatable {
    /// Whether 200 alone is done, as for the Elastic Beanstalk worker daemon, or every 2xx.
    package var onlyOKIsDone: Bool
    /// Statuses that reject the message.
    package var rejected: Set<Int>
    /// How long it takes a message to come back that was answered with an error, unless the answer
    /// says so itself. `nil`: as the handler's retry settings or the queue say.
    package var errorDelay: Duration?

    package init(
        onlyOKIsDone: Bool = false, rejected: Set<Int> = [], errorDelay: Duration? = nil
    ) {
        self.onlyOKIsDone = onlyOKIsDone
        self.rejected = rejected
        self.errorDelay = errorDelay
    }
}
