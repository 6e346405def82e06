package import HTTP

/// A request in the one spelling that both sides of a signature hash.
package struct CanonicalRequest {
    package let bytes: [UInt8]
    /// Names in lower case, sorted, joined by semicolons.
    let signedFields: String

    /// What a proxy or an HTTP client may add, change or drop on the way.
    private static func isUnsigned(_ name: String) -> Bool {
        switch name {
        case "authorization", "connection", "expect", "keep-alive", "proxy-authenticate",
            "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
            "x-amzn-trace-id":
            true
        default: false
        }
    }

    /// - Parameter bodyHash: SHA-256 of the body in hexadecimal.
    package init(
        _ request: HTTPRequest, bodyHash: String, normalizesPath: Bool, encodesPath: Bool = true
    ) {
        let url = URLParts(request.url)
        let fields = Self.fieldsToSign(of: request, host: url?.hostField ?? "")
        var names = ""
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1024)
        bytes += request.method.utf8
        bytes.append(newline)
        bytes.appendCanonicalPath(url?.path ?? "", normalizes: normalizesPath, encodes: encodesPath)
        bytes.append(newline)
        bytes.appendCanonicalQuery(url?.query ?? "")
        for (index, field) in fields.enumerated() {
            if index > 0, fields[index - 1].name == field.name {
                bytes.append(UInt8(ascii: ","))
            } else {
                bytes.append(newline)
                bytes += field.name.utf8
                bytes.append(UInt8(ascii: ":"))
                if index > 0 { names += ";" }
                names += field.name
            }
            bytes.appendTrimmed(field.value)
        }
        bytes += "\n\n\(names)\n".utf8
        bytes += bodyHash.utf8
        self.bytes = bytes
        signedFields = names
    }

    private struct Field {
        let name: String
        let value: String
        /// Keeps the values of one name in the order in which they are sent.
        let position: Int
    }

    private static func fieldsToSign(of request: HTTPRequest, host: String) -> [Field] {
        var fields: [Field] = []
        var namesHost = false
        fields.reserveCapacity(request.headers.fields.count + 1)
        for field in request.headers.fields {
            let name = lowercasedASCII(field.name)
            guard !isUnsigned(name) else { continue }
            namesHost = namesHost || name == "host"
            fields.append(Field(name: name, value: field.value, position: fields.count))
        }
        if !namesHost {
            fields.append(Field(name: "host", value: host, position: fields.count))
        }
        fields.sort { ($0.name, $0.position) < ($1.name, $1.position) }
        return fields
    }
}

private let newline = UInt8(ascii: "\n")

extension [UInt8] {
    /// Appends a value without white space at the ends, and one space for every run of it inside.
    fileprivate mutating func appendTrimmed(_ value: String) {
        guard value.utf8.contains(where: isSpace) else {
            append(contentsOf: value.utf8)
            return
        }
        let start = count
        var pendingSpace = false
        for byte in value.utf8 {
            if isSpace(byte) {
                pendingSpace = true
                continue
            }
            if pendingSpace, count > start { append(UInt8(ascii: " ")) }
            pendingSpace = false
            append(byte)
        }
    }
}

private func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (9...13).contains(byte)
}
