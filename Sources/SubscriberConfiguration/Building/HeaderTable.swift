/// Reads `[http.headers]`, and refuses what the daemon sends itself.
struct HeaderTable {
    let table: SettingTable
    /// The file that the handler comes from.
    let origin: Origin

    /// What is wrong is told, and left out. No value is repeated: it may be a secret.
    func read(problems: inout Problems) -> [String: String] {
        let place = SettingKey("http.headers")
        var headers: [String: String] = [:]
        var seen: [String: String] = [:]
        for name in table.names(in: place) {
            let key = place.child(name)
            let origin = table[key]?.origin ?? origin
            // The value was refused, and that was told.
            guard let value = table.text(key) else { continue }
            if let problem = Self.problem(withName: name) ?? Self.problem(withValue: value) {
                problems.add(origin, key: key, problem)
            } else if let other = seen.updateValue(name, forKey: name.lowercased()) {
                problems.add(origin, key: key, "is the same header as \(other); remove one")
            } else {
                headers[name] = value
            }
        }
        return headers
    }

    /// What is wrong with a name, in words that follow it; nil where nothing is.
    private static func problem(withName name: String) -> String? {
        guard !name.isEmpty, name.utf8.allSatisfy(isToken) else {
            return "is not the name of a header"
        }
        let small = name.lowercased()
        if let setting = settings[small] { return "is set by http.\(setting)" }
        if ofConnection.contains(small) { return "is of the connection, which the daemon keeps" }
        if reservedPrefixes.contains(where: small.hasPrefix) { return "is of the message" }
        return nil
    }

    private static func problem(withValue value: String) -> String? {
        let isText = value.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        let isTrimmed = value.first != " " && value.last != " "
        return isText && isTrimmed && !value.isEmpty
            ? nil
            : "cannot have this value; allowed: printable ASCII characters, no space at the ends"
    }

    private static let settings = [
        "content-type": "content_type", "user-agent": "user_agent",
        "x-sqs-subscriber-signature": "signature_key_file",
    ]
    /// RFC 9110 section 7.6.1, RFC 9112, and what belongs to the length and the target.
    private static let ofConnection: Set<String> = [
        "connection", "content-length", "expect", "host", "keep-alive", "proxy-connection", "te",
        "trailer", "transfer-encoding", "upgrade",
    ]
    private static let reservedPrefixes = ["x-aws-sqsd-"]

    /// RFC 9110 section 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
