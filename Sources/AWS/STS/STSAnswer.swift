import FoundationEssentials
import HTTP

/// An answer of STS: credentials, or an error with its code.
struct STSAnswer {
    let response: HTTPResponse
    /// The request, for messages.
    let name: String

    /// Codes with a client's status that are the service's trouble, or a matter of time.
    private static let passingCodes: Set<String> = [
        "Throttling", "ThrottlingException", "RequestThrottled", "RequestLimitExceeded",
        "IDPCommunicationError", "RequestTimeout", "RequestTimeoutException",
    ]
    /// Enough of the service's message to find the cause.
    private static let longestQuote = 500

    init(_ response: HTTPResponse, name: String) {
        self.response = response
        self.name = name
    }

    func credentials() throws(CredentialError) -> Credentials {
        let text = String(decoding: response.body, as: UTF8.self)
        guard response.status == 200 else { throw refusal(text) }
        guard let id = xmlText(of: ["Credentials", "AccessKeyId"], in: text),
            let secret = xmlText(of: ["Credentials", "SecretAccessKey"], in: text),
            let token = xmlText(of: ["Credentials", "SessionToken"], in: text),
            let expiration = xmlText(of: ["Credentials", "Expiration"], in: text)
        else {
            throw CredentialError(
                .unavailable, "\(name) answered something else than credentials.")
        }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: token,
            expiration: try parseExpiration(expiration, source: name), source: name)
    }

    func refusal(_ text: String) -> CredentialError {
        guard let code = xmlText(of: ["Error", "Code"], in: text) else {
            return CredentialError(
                .unavailable, "\(name) answered \(response.status) without an error code.")
        }
        let message = xmlText(of: ["Error", "Message"], in: text) ?? ""
        let isPassing = response.status >= 500 || Self.passingCodes.contains(code)
        return CredentialError(
            isPassing ? .unavailable : .refused,
            "\(name) answered \(code): \(message.prefix(Self.longestQuote))\(Self.remedy(code))")
    }

    private static func remedy(_ code: String) -> String {
        switch code {
        case "AccessDenied":
            " (Check the role's trust policy, and that the caller may call sts:AssumeRole.)"
        case "SignatureDoesNotMatch", "RequestExpired", "RequestTimeTooSkewed":
            " (Check this machine's clock and the source's secret key.)"
        case "ExpiredTokenException", "InvalidIdentityToken":
            " (The token file must hold a current token of the role's identity provider.)"
        default: ""
        }
    }
}
