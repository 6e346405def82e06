/// What to do about an error answer, by its code, its text and, where neither is known, its status.
package enum ErrorClassification {
    /// - Parameters:
    ///   - codes: as the answer spells them, the most specific first.
    ///   - status: the HTTP status; nil for an entry of a batch.
    package static func kind(
        codes: [String], text: String, status: Int?, isSenderFault: Bool
    ) -> SQSError.Kind {
        for code in codes {
            guard let kind = kinds[code] else { continue }
            return refined(kind, code: code, text: text)
        }
        if codes.contains(where: { $0.contains("Throttl") }) { return .throttled }
        if codes.contains(where: { $0.hasPrefix("KMS.") || $0.hasPrefix("Kms") }) { return .denied }
        guard let status else { return isSenderFault ? .malformed : .transient }
        return kind(status: status)
    }

    /// The kind of an answer without a code that is known, from SQS or from something before it.
    static func kind(status: Int) -> SQSError.Kind {
        switch status {
        case 429: .throttled
        case 401, 403, 407: .denied
        case 408: .transient
        case 300..<500: .malformed
        default: .transient
        }
    }

    /// Some codes say less than their text does.
    private static func refined(
        _ kind: SQSError.Kind, code: String, text: String
    ) -> SQSError.Kind {
        if kind == .credentials,
            text.contains("Signature expired") || text.contains("Signature not yet current")
        {
            return .clockSkew
        }
        // What a FIFO queue answers once the visibility timeout is over.
        if kind == .malformed, code.hasPrefix("InvalidParameterValue"),
            text.contains("ReceiptHandle"), text.contains("expired")
        {
            return .leaseLost
        }
        return kind
    }

    /// Both spellings of the service's own codes, and the common ones.
    private static let kinds: [String: SQSError.Kind] = {
        var kinds = common
        for code in SQSErrorCode.allCases {
            kinds[code.rawValue] = code.kind
            kinds[code.queryCode] = code.kind
        }
        return kinds
    }()

    /// Codes of any AWS service that are not in ``SQSErrorCode``, in the spellings of the JSON and
    /// the query protocols. Sources: “Common Errors” of the SQS API reference; the retryable and
    /// throttling codes of the AWS SDK reference guide, “Retry behavior”.
    private static let common: [String: SQSError.Kind] = [
        "BandwidthLimitExceeded": .throttled,
        "LimitExceededException": .throttled,
        "PriorRequestNotComplete": .throttled,
        "ProvisionedThroughputExceededException": .throttled,
        "RequestLimitExceeded": .throttled,
        "RequestThrottledException": .throttled,
        "SlowDown": .throttled,
        "Throttling": .throttled,
        "ThrottlingException": .throttled,
        "TooManyRequestsException": .throttled,

        "InternalError": .transient,
        "InternalServerError": .transient,
        "InternalServerException": .transient,
        "RequestTimeout": .transient,
        "RequestTimeoutException": .transient,
        "ServiceUnavailable": .transient,
        "ServiceUnavailableException": .transient,

        "AuthFailure": .credentials,
        "ExpiredToken": .credentials,
        "ExpiredTokenException": .credentials,
        "IncompleteSignature": .credentials,
        "IncompleteSignatureException": .credentials,
        "InvalidAccessKeyId": .credentials,
        "InvalidClientTokenId": .credentials,
        "InvalidSignatureException": .credentials,
        "InvalidToken": .credentials,
        "MissingAuthenticationToken": .credentials,
        "MissingAuthenticationTokenException": .credentials,
        "SignatureDoesNotMatch": .credentials,
        "TokenRefreshRequired": .credentials,
        "UnrecognizedClientException": .credentials,

        "RequestExpired": .clockSkew,
        "RequestInTheFuture": .clockSkew,
        "RequestTimeTooSkewed": .clockSkew,

        "NotAuthorized": .denied,
        "OptInRequired": .denied,
        "UnauthorizedOperation": .denied,

        "InvalidParameterCombination": .malformed,
        "MalformedQueryString": .malformed,
        "MissingAction": .malformed,
        "ValidationError": .malformed,
        "ValidationException": .malformed,
    ]
}
