import AWS
package import SQS

/// What tells a queue from all others, however its URL is spelled.
package struct QueueIdentity: Sendable, Hashable {
    /// Where its requests go: a region of AWS, the origin of another server, or nothing where every
    /// request goes to one endpoint.
    private let server: String
    /// The account and the name, as servers write them.
    private let path: Substring

    package init(url: String, endpoint: SQSEndpoint) {
        let start = url.firstRange(of: "://")?.upperBound ?? url.startIndex
        let slash = url[start...].firstIndex(of: "/") ?? url.endIndex
        path = url[slash...]
        server =
            if case .configured = endpoint {
                ""
            } else {
                (try? QueueReference(url))?.region ?? url[..<slash].lowercased()
            }
    }
}
