import JSON
import MessageHandling

// What answers have in common, in their wire form.
extension JSONReader {
    /// An object with one member that must be there.
    mutating func requiredText(_ required: String) throws(JSONError) -> String {
        var value: String?
        try object { (reader, name) throws(JSONError) in
            if name.text == required { value = try reader.text() } else { try reader.skip() }
        }
        guard let value else { throw missing(required) }
        return value
    }

    /// A digest as SQS writes them; nil where there is none, or one of nothing, which says nothing.
    /// Servers beside SQS write such ones where there are no attributes, and some use capitals.
    mutating func digest() throws(JSONError) -> String? {
        guard var digest = try text() else { return nil }
        if digest.utf8.contains(where: { (0x41...0x46).contains($0) }) {
            digest = digest.lowercased()
        }
        return digest.isEmpty || digest == MessageDigests.ofNothing ? nil : digest
    }

    /// An object of texts.
    mutating func texts() throws(JSONError) -> [String: String] {
        var texts: [String: String] = [:]
        try object { (reader, name) throws(JSONError) in
            texts[name.text] = try reader.text()
        }
        return texts
    }

    /// What SQS says of a message.
    mutating func systemAttributes() throws(JSONError) -> SystemAttributes {
        var attributes = SystemAttributes()
        try object { (reader, name) throws(JSONError) in
            attributes.add(Self.systemAttribute(name), try reader.text())
        }
        return attributes
    }

    /// Those that every message has are not made of the answer each time.
    private static func systemAttribute(_ name: Name) -> String {
        switch name {
        case "SenderId": "SenderId"
        case "SentTimestamp": "SentTimestamp"
        case "ApproximateReceiveCount": "ApproximateReceiveCount"
        case "ApproximateFirstReceiveTimestamp": "ApproximateFirstReceiveTimestamp"
        default: name.text
        }
    }
}
