/// What the host of a queue's URL says.
enum QueueHost {
    /// The region in the host's name, or nil for a host that is not one of AWS's.
    ///
    /// Source: "Amazon SQS endpoints and quotas" in the AWS General Reference; the two legacy forms
    /// are the ones that botocore still signs for.
    static func region(of host: String) -> String? {
        let labels = host.lowercased().split(separator: ".").map(String.init)
        let isAmazon =
            host.hasSuffix(".amazonaws.com") || host.hasSuffix(".amazonaws.com.cn")
            || host.hasSuffix(".api.aws") || host.hasSuffix(".api.amazonwebservices.com.cn")
        guard isAmazon else { return nil }
        if labels.first == "queue" { return "us-east-1" }
        if labels.count > 1, labels[1] == "queue" { return labels[0] }
        // The service comes first, or after the name of a VPC endpoint.
        guard let service = labels.firstIndex(where: { $0 == "sqs" || $0 == "sqs-fips" }) else {
            return nil
        }
        let region = labels[labels.index(after: service)]
        return region == "amazonaws" ? nil : region
    }
}
