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

    /// A digest as SQS writes them; nil where there is none. Some servers beside SQS use capitals.
    mutating func digest() throws(JSONError) -> String? {
        guard let digest = try text(), !digest.isEmpty else { return nil }
        let hasCapitals = digest.utf8.contains { (0x41...0x46).contains($0) }
        return hasCapitals ? digest.lowercased() : digest
    }

    /// A digest of attributes. One of nothing says nothing: servers beside SQS write it where there
    /// are no attributes.
    mutating func digestOfAttributes() throws(JSONError) -> String? {
        let digest = try digest()
        return digest == MessageDigests.ofNothing ? nil : digest
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
