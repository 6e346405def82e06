/// `[http.headers]`: which headers a handler's file may set.
enum HeaderRules {
    /// What is wrong, by name: what the daemon sends itself is refused. No value is repeated, for
    /// it may be a secret.
    @Sendable static func problems(in headers: [String: String]) -> [String: String] {
        var problems: [String: String] = [:]
        var seen: [String: String] = [:]
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
            if let problem = problem(withName: name) ?? problem(withValue: value) {
                problems[name] = problem
            } else if let other = seen.updateValue(name, forKey: name.lowercased()) {
                problems[name] = "is the same header as \(other); remove one"
            }
        }
        return problems
    }

    /// What is wrong with a name, in words that follow it; nil where nothing is.
    private static func problem(withName name: String) -> String? {
        guard !name.isEmpty, name.utf8.allSatisfy(isToken) else {
            return "is not the name of a header"
        }
        let small = name.lowercased()
        if let setting = settings[small] { return "is set by http.\(setting)" }
        if ofConnection.contains(small) { return "is of the connection, which the daemon keeps" }
        let ofMessage = WorkerHeaders.ofTrace + [WorkerHeaders.omittedName]
        if ofMessage.contains(where: { $0.lowercased() == small })
            || reservedPrefixes.contains(where: small.hasPrefix)
        {
            return "is of the message"
        }
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
