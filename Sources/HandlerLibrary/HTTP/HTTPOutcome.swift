package import FoundationEssentials
package import HTTP
package import MessageHandling

/// What an endpoint's answer, or the lack of one, means for the message.
package enum HTTPOutcome {
    /// How long it takes a message to come back that met a connection which its server had closed.
    /// That says nothing of message or endpoint, so it is soon; a server that ends or reloads does
    /// the same, and has a moment to come back.
    package static let staleDelay: Duration = .seconds(1)

    /// - Parameter now: what a date in `Retry-After` is compared with.
    /// - Throws: when no message could have been handled, whatever it holds: nothing was posted, or
    ///   a gateway answers that what is behind it is down.
    package static func finding(
        of answer: Result<HTTPResponse, TransportError>, policy: StatusPolicy = StatusPolicy(),
        now: Date = Date()
    ) throws(HandlerUnavailable) -> Finding {
        switch answer {
        case .success(let response): try finding(of: response, policy, now)
        case .failure(let error): try finding(of: error)
        }
    }

    private static func finding(
        of response: HTTPResponse, _ policy: StatusPolicy, _ now: Date
    ) throws(HandlerUnavailable) -> Finding {
        let status = response.status
        switch status {
        case 200:
            return .done
        case 201..<300 where policy.success == .every2xx:
            return .done
        case _ where policy.rejected.contains(status):
            return .reject("the endpoint rejected the message with \(status)")
        case 429, 503:
            if let wish = wish(of: response, now) {
                return .retry(after: wish, "the endpoint answered \(status)")
            }
            if status == 503 { throw down(status) }
            return .failure(after: policy.errorDelay, "the endpoint answered \(status)")
        case 413:
            return .failure(
                after: policy.errorDelay,
                "the endpoint answered 413: it takes no body of this size; raise its limit")
        case 431:
            return .failure(
                after: policy.errorDelay,
                "the endpoint answered 431: it takes no headers of this size; lower "
                    + "http.headers_limit")
        case 502, 504:
            throw down(status)
        case 300..<400:
            return .failure(
                after: policy.errorDelay,
                "the endpoint answered \(status); redirects are not followed, correct `url`")
        default:
            return .failure(after: policy.errorDelay, "the endpoint answered \(status)")
        }
    }

    /// How long the endpoint asks to be left alone, if for a time to come.
    private static func wish(of response: HTTPResponse, _ now: Date) -> Duration? {
        let field = response.headers["Retry-After"].map { HeaderText.value($0) }
        return field.flatMap { RetryAfter.delay($0, now: now) }
    }

    private static func down(_ status: Int) -> HandlerUnavailable {
        HandlerUnavailable(
            "the endpoint answered \(status): what handles the messages is down, or a gateway in "
                + "front of it says so")
    }

    private static func finding(of error: TransportError) throws(HandlerUnavailable) -> Finding {
        switch error.kind {
        case .unresolved, .unreachable:
            throw HandlerUnavailable(
                "the endpoint cannot be reached: \(error.description); start the server that "
                    + "handles the messages, or correct `url`")
        case .tls:
            throw HandlerUnavailable(
                "no TLS connection with the endpoint: \(error.description); renew its "
                    + "certificate, name the authority that signed it in `ca_file`, or correct "
                    + "`url`")
        case .invalidURL:
            throw HandlerUnavailable("\(error.description); correct `url`")
        case .stale:
            return .retry(
                after: staleDelay, "the message could not be posted: \(error.description)")
        case .timeout, .closed, .tooLarge, .malformed, .cancelled:
            return .retry("the endpoint gave no usable answer: \(error.description)")
        }
    }
}
