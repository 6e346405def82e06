/// A group of regions with its own host names. Source: botocore's `partitions.json`.
package struct Partition: Sendable {
    /// The name that is in an ARN.
    package let name: String
    /// How the names of its regions begin.
    private let regionPrefixes: [String]
    let hostSuffix: String
    let dualStackSuffix: String

    package static func of(region: String) -> Partition {
        special.first { partition in
            partition.regionPrefixes.contains { region.hasPrefix($0) }
        } ?? standard
    }

    /// The longer ones first: one suffix may be the end of another.
    static let hostSuffixes = ([standard] + special).flatMap {
        [$0.hostSuffix, $0.dualStackSuffix]
    }
    .sorted { $0.utf8.count > $1.utf8.count }

    static let standard = Partition(
        name: "aws", regionPrefixes: [], hostSuffix: "amazonaws.com", dualStackSuffix: "api.aws")

    private static let special = [
        Partition(
            name: "aws-cn", regionPrefixes: ["cn-"], hostSuffix: "amazonaws.com.cn",
            dualStackSuffix: "api.amazonwebservices.com.cn"),
        Partition(
            name: "aws-us-gov", regionPrefixes: ["us-gov-"], hostSuffix: "amazonaws.com",
            dualStackSuffix: "api.aws"),
        Partition(
            name: "aws-eusc", regionPrefixes: ["eusc-"], hostSuffix: "amazonaws.eu",
            dualStackSuffix: "api.amazonwebservices.eu"),
        Partition(
            name: "aws-iso", regionPrefixes: ["us-iso-"], hostSuffix: "c2s.ic.gov",
            dualStackSuffix: "api.aws.ic.gov"),
        Partition(
            name: "aws-iso-b", regionPrefixes: ["us-isob-"], hostSuffix: "sc2s.sgov.gov",
            dualStackSuffix: "api.aws.scloud"),
        Partition(
            name: "aws-iso-e", regionPrefixes: ["eu-isoe-"], hostSuffix: "cloud.adc-e.uk",
            dualStackSuffix: "api.cloud-aws.adc-e.uk"),
        Partition(
            name: "aws-iso-f", regionPrefixes: ["us-isof-"], hostSuffix: "csp.hci.ic.gov",
            dualStackSuffix: "api.aws.hci.ic.gov"),
    ]
}
