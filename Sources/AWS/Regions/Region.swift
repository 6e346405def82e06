/// A region and where it was found.
package struct Region: Sendable, Equatable {
    package let name: String
    /// For messages: `AWS_REGION`, `profile "default"`.
    package let source: String

    package init(name: String, source: String) {
        self.name = name
        self.source = source
    }

    /// Region names become part of host names: letters, digits and hyphens, at most 63.
    package static func isValid(_ name: String) -> Bool {
        let bytes = name.utf8
        return !bytes.isEmpty && bytes.count <= 63 && bytes.first != UInt8(ascii: "-")
            && bytes.last != UInt8(ascii: "-")
            && bytes.allSatisfy { isUnreserved($0) && !"._~".utf8.contains($0) }
    }

    /// The region that a queue's URL or ARN names, `nil` for a bare name and for a URL of a host
    /// that is not Amazon's.
    ///
    /// Hosts: `sqs.REGION.amazonaws.com`, its FIPS, dual-stack and VPC endpoint forms, the same in
    /// the other partitions, and the old `REGION.queue.amazonaws.com` and `queue.amazonaws.com`.
    package static func named(byQueue queue: String) -> String? {
        let arn = queue.split(separator: ":", omittingEmptySubsequences: false)
        if arn.count == 6, arn[0] == "arn", arn[2] == "sqs" {
            return isValid(String(arn[3])) ? String(arn[3]) : nil
        }
        guard let host = URLParts(queue)?.host,
            let suffix = Partition.hostSuffixes.first(where: { host.hasSuffix(".\($0)") })
        else { return nil }
        let labels = host.dropLast(suffix.utf8.count + 1).split(separator: ".")
        if labels == ["queue"] { return "us-east-1" }
        if labels.count == 2, labels[1] == "queue" { return String(labels[0]) }
        guard let service = labels.firstIndex(where: { $0 == "sqs" || $0 == "sqs-fips" }),
            service + 1 < labels.count
        else { return nil }
        return String(labels[service + 1])
    }
}
