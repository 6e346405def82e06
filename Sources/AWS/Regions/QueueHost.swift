import HTTP

/// What the host of a queue's URL says.
enum QueueHost {
    /// The region in the host's name, or nil for a host that is not one of AWS's.
    ///
    /// `sqs.REGION.SUFFIX` with the suffixes of all partitions, its FIPS, dual-stack and VPC
    /// endpoint forms, and the old `REGION.queue.SUFFIX` and `queue.amazonaws.com`, which botocore
    /// still signs for.
    ///
    /// Source: "Amazon SQS endpoints and quotas" in the AWS General Reference.
    static func region(of host: String) -> String? {
        let host = lowercasedASCII(host)
        guard let suffix = Partition.hostSuffixes.first(where: { host.hasSuffix(".\($0)") }) else {
            return nil
        }
        let labels = host.dropLast(suffix.utf8.count + 1).split(separator: ".")
        if labels == ["queue"] { return suffix == Partition.standard.hostSuffix ? first : nil }
        if labels.count == 2, labels[1] == "queue" { return checked(labels[0]) }
        // The service comes first, or after the name of a VPC endpoint.
        guard let service = labels.firstIndex(where: { $0 == "sqs" || $0 == "sqs-fips" }),
            service + 1 < labels.count
        else { return nil }
        return checked(labels[service + 1])
    }

    /// The region that had the service's first name for itself.
    private static let first = "us-east-1"

    private static func checked(_ label: Substring) -> String? {
        Region.isValid(String(label)) ? String(label) : nil
    }
}
