/// Why an operation, or one entry of a batch, did not happen, classified by what to do about it.
package struct SQSError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The code of a call whose answer did not come in time.
    package static let timeoutCode = "timeout"

    package enum Kind: Sendable, Equatable {
        /// Too many requests: wait longer.
        case throttled
        /// The network, a server error, a cut or unreadable answer: try again.
        case transient
        /// No credentials, expired or unknown ones, a wrong signature: try again with fresh ones.
        case credentials
        /// The clock of this machine differs too much from the service's.
        case clockSkew
        /// The caller may not do this (also KMS).
        case denied
        /// The queue does not exist.
        case missing
        /// The request is wrong, and stays wrong.
        case malformed
        /// The receipt handle is no longer valid, or the message is not in flight.
        case leaseLost
        /// More messages in flight than the queue allows.
        case overLimit
        /// The caller's task was cancelled.
        case cancelled
    }

    package let kind: Kind
    /// The service's code as it spelled it, or the transport's kind; for logs.
    package let code: String
    /// What is wrong and, where it is known, what to do, without secrets.
    package let description: String
    /// The request id of the service, for its support.
    package let requestID: String?
    /// How long the service asks to wait before the next request; nil where it does not say.
    package let retryAfter: Duration?

    /// Whether the service says that it is about the message, see ``SQSErrorCode``. What is not
    /// known to be is not.
    package var concernsMessage: Bool {
        SQSErrorCode.allCases.contains {
            $0.concernsMessage && (code == $0.rawValue || code == $0.queryCode)
        }
    }

    package init(
        _ kind: Kind, code: String, _ description: String, requestID: String? = nil,
        retryAfter: Duration? = nil
    ) {
        self.kind = kind
        self.code = code
        self.description = description
        self.requestID = requestID
        self.retryAfter = retryAfter
    }
}
