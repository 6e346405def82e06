package import AWS
package import FoundationEssentials
package import MessageHandling

/// What an endpoint's answer, or the lack of one, means for the message.
package enum HTTPOutcome {
    /// After how long a message comes back that met a connection which its server had closed. That
    /// says nothing of message or endpoint, so it is soon; a server that ends or reloads does the
    /// same, and has a moment to come back.
    package static let staleDelay: Duration = .seconds(1)

    /// - Parameter now: what a date in `Retry-After` is compared with.
    /// - Throws: when no message could have been posted, whatever it holds.
    package static func verdict(
        of answer: Result<HTTPResponse, TransportError>, policy: StatusPolicy = StatusPolicy(),
        now: Date = Date()
    ) throws(HandlerUnavailable) -> Verdict {
        switch answer {
        case .success(let response): verdict(of: response, policy, now)
        case .failure(let error): try verdict(of: error)
        }
    }

    private static func verdict(
        of response: HTTPResponse, _ policy: StatusPolicy, _ now: Date
    ) -> Verdict {
        let status = response.status
        switch status {
        case 200:
            return .done
        case 201..<300 where !policy.onlyOKIsDone:
            return .done
        case _ where policy.rejected.contains(status):
            return .reject("the endpoint rejected the message with \(status)")
        case 429, 503:
            let field = response.headers["Retry-After"].map { HeaderText.value($0) }
            guard let wish = field.flatMap({ RetryAfter.delay($0, now: now) }) else {
                return .failure(after: policy.errorDelay, "the endpoint answered \(status)")
            }
            return .retry(
                after: wish, "the endpoint answered \(status), to be tried again after \(wish)")
        case 300..<400:
            return .failure(
                after: policy.errorDelay,
                "the endpoint answered \(status); redirects are not followed, correct `url`")
        default:
            return .failure(after: policy.errorDelay, "the endpoint answered \(status)")
        }
    }

    private static func verdict(of error: TransportError) throws(HandlerUnavailable) -> Verdict {
        switch error.kind {
        case .unresolved, .unreachable:
            throw HandlerUnavailable(
                "the endpoint cannot be reached: \(error.description); start the server that "
                    + "handles the messages, or correct `url`")
        case .tls:
            throw HandlerUnavailable(
                "the endpoint is not trusted: \(error.description); renew its certificate, or "
                    + "install the authority that signed it")
        case .invalidURL:
            throw HandlerUnavailable("\(error.description); correct `url`")
        case .stale:
            return .retry(
                after: staleDelay,
                "the message could not be posted: \(error.description); it comes back after "
                    + "\(staleDelay)")
        case .timeout, .closed, .tooLarge, .malformed, .cancelled:
            return .retry("the endpoint gave no usable answer: \(error.description)")
        }
    }
}
