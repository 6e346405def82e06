package import AWS
package import MessageHandling

/// What an endpoint's answer, or the lack of one, means for the message.
package enum HTTPOutcome {
    /// The longest delay taken from `Retry-After`: SQS keeps a message invisible for no longer
    /// than 12 hours.
    package static let longestDelay: Duration = .seconds(12 * 3_600)

    /// - Throws: when no message could have been posted, whatever it holds.
    package static func verdict(
        of answer: Result<HTTPResponse, TransportError>
    ) throws(HandlerUnavailable) -> Verdict {
        switch answer {
        case .success(let response): verdict(of: response)
        case .failure(let error): try verdict(of: error)
        }
    }

    private static func verdict(of response: HTTPResponse) -> Verdict {
        switch response.status {
        case 200..<300:
            return .done
        case 429, 503:
            let delay = response.headers["Retry-After"].flatMap(delay)
            let wish = delay.map { ", to be tried again after \($0)" } ?? ""
            return .retry(after: delay, "the endpoint answered \(response.status)\(wish)")
        case 300..<400:
            return .retry(
                "the endpoint answered \(response.status); redirects are not followed, "
                    + "correct `url`")
        default:
            return .retry("the endpoint answered \(response.status)")
        }
    }

    /// The time of a `Retry-After` in seconds, RFC 9110 section 10.2.3, up to ``longestDelay``.
    private static func delay(_ field: String) -> Duration? {
        guard !field.isEmpty, field.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        // Digits that do not fit are a long time all the same.
        return Int64(field).map { min(.seconds($0), longestDelay) } ?? longestDelay
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
        case .timeout, .closed, .tooLarge, .malformed, .cancelled:
            return .retry("the endpoint gave no usable answer: \(error.description)")
        }
    }
}
