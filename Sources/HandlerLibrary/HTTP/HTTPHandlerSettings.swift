/// What an `[http]` table says: where to post, and how.
package struct HTTPHandlerSettings: Sendable, Equatable {
    /// The default of `timeout`, the same as an `exec` handler's.
    package static let defaultTimeout: Duration = .seconds(300)
    /// The default of `content_type`, as the Elastic Beanstalk worker daemon has it.
    package static let defaultContentType = "application/json"
    package static let defaultUserAgent = "sqs-subscriber"

    /// Absolute, `http:` or `https:`.
    package var url: String
    /// From the start of the request to the end of the answer.
    package var timeout: Duration
    package var contentType: String
    package var userAgent: String
    /// Sent besides the message's own, which they do not replace.
    package var headers: [String: String]

    package init(
        url: String, timeout: Duration = HTTPHandlerSettings.defaultTimeout,
        contentType: String = HTTPHandlerSettings.defaultContentType,
        userAgent: String = HTTPHandlerSettings.defaultUserAgent, headers: [String: String] = [:]
    ) {
        self.url = url
        self.timeout = timeout
        self.contentType = contentType
        self.userAgent = userAgent
        self.headers = headers
    }
}
