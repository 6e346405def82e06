import HTTP

extension [UInt8] {
    /// The path as it is signed: what is on the wire; where the service `encodes`, percent-encoded
    /// once more (`%` included).
    mutating func appendCanonicalPath(_ path: Substring, normalizes: Bool, encodes: Bool) {
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.count > 1 else {
            append(UInt8(ascii: "/"))
            return
        }
        let path = normalizes ? normalized(path)[...] : path
        guard encodes else { return append(contentsOf: path.utf8) }
        appendEncoded(path.utf8) { isUnreserved($0) || $0 == UInt8(ascii: "/") }
    }

    /// The parameters sorted by name, then value; what is percent-encoded already stays so.
    mutating func appendCanonicalQuery(_ query: Substring) {
        guard !query.isEmpty else { return }
        var parameters = query.utf8.split(separator: UInt8(ascii: "&")).map { Parameter($0) }
        parameters.sort { $0.isBefore($1) }
        for (index, parameter) in parameters.enumerated() {
            if index > 0 { append(UInt8(ascii: "&")) }
            self += parameter.name
            append(UInt8(ascii: "="))
            self += parameter.value
        }
    }
}

/// RFC 3986, 5.2.4, and empty segments dropped, as the services do.
private func normalized(_ path: Substring) -> String {
    var segments: [Substring] = []
    for segment in path.split(separator: "/") where segment != "." {
        if segment == ".." {
            _ = segments.popLast()
        } else {
            segments.append(segment)
        }
    }
    let isDirectory = path.utf8.last == UInt8(ascii: "/") && !segments.isEmpty
    return "/" + segments.joined(separator: "/") + (isDirectory ? "/" : "")
}

private struct Parameter {
    let name: [UInt8]
    let value: [UInt8]

    init(_ text: Substring.UTF8View) {
        let mark = text.firstIndex(of: UInt8(ascii: "=")) ?? text.endIndex
        name = Self.encoded(text[..<mark])
        value = Self.encoded(text[mark...].dropFirst())
    }

    func isBefore(_ other: Parameter) -> Bool {
        name == other.name
            ? value.lexicographicallyPrecedes(other.value)
            : name.lexicographicallyPrecedes(other.name)
    }

    private static func encoded(_ text: Substring.UTF8View) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        bytes.appendEncoded(text) { isUnreserved($0) || $0 == UInt8(ascii: "%") }
        return bytes
    }
}
