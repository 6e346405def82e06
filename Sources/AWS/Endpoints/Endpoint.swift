/// A service of AWS that this program speaks to.
package enum AWSService: String, Sendable {
    case sqs
    case sts
    case s3

    /// The end of `AWS_ENDPOINT_URL_…`.
    var variableSuffix: String {
        switch self {
        case .sqs: "SQS"
        case .sts: "STS"
        case .s3: "S3"
        }
    }
}

/// Where a service is reached.
package struct Endpoint: Sendable, Equatable {
    /// `https://host[:port][/path]`, no slash at the end.
    package let url: String
    /// The region that requests are signed for.
    package let region: String
    /// Whether somebody named the URL, instead of leaving it to the region.
    package let isConfigured: Bool

    package init(url: String, region: String, isConfigured: Bool) {
        self.url = url
        self.region = region
        self.isConfigured = isConfigured
    }
}
