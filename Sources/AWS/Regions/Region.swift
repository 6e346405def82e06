import HTTP

/// A region and where it was found.
package struct Region: Sendable, Equatable {
    package let name: String
    /// What names it, for messages: `AWS_REGION`, `profile "default"`.
    package let source: String

    package init(name: String, source: String) {
        self.name = name
        self.source = source
    }

    /// The region that a server on this machine is asked in, where nobody names one.
    package static let ofLocalServers = Region(
        name: "us-east-1", source: "the endpoint on this machine")

    /// Region names become part of host names: letters, digits and hyphens, at most 63.
    package static func isValid(_ name: String) -> Bool {
        let bytes = name.utf8
        return !bytes.isEmpty && bytes.count <= 63 && bytes.first != UInt8(ascii: "-")
            && bytes.last != UInt8(ascii: "-")
            && bytes.allSatisfy { isUnreserved($0) && !"._~".utf8.contains($0) }
    }
}
