/// Header fields in order. Names are compared without regard to case.
///
/// Those of an answer stay the bytes that they came as: a field becomes text when it is asked for,
/// which of most answers none is.
package struct HTTPHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String

        fileprivate func isNamed(_ other: String) -> Bool {
            areSameName(name.utf8, other.utf8)
        }
    }

    /// Lines of fields, each with its CR LF; empty where the fields are in ``made``.
    private var lines: [UInt8] = []
    private var made: [Field] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        made = elements.map { Field(name: $0, value: $1) }
    }

    /// - Parameter lines: `NAME:VALUE` and CR LF for each field, as RFC 9112 has them. A line
    ///   without a colon is no field.
    package init(lines: [UInt8]) {
        self.lines = lines
    }

    package var fields: [Field] {
        guard !lines.isEmpty else { return made }
        var fields: [Field] = []
        eachLine { name, value in
            fields.append(
                Field(
                    name: String(decoding: name, as: UTF8.self),
                    value: String(decoding: value, as: UTF8.self)))
            return true
        }
        return fields
    }

    package mutating func add(_ name: String, _ value: String) {
        makeFields()
        made.append(Field(name: name, value: value))
    }

    /// The first value of that name. Setting replaces every field of that name.
    package subscript(_ name: String) -> String? {
        get {
            guard !lines.isEmpty else { return made.first { $0.isNamed(name) }?.value }
            var found: String?
            eachLine { other, value in
                guard areSameName(other, name.utf8) else { return true }
                found = String(decoding: value, as: UTF8.self)
                return false
            }
            return found
        }
        set {
            makeFields()
            // Most fields are set once: only look, do not move the others about.
            if made.contains(where: { $0.isNamed(name) }) {
                made.removeAll { $0.isNamed(name) }
            }
            if let newValue { made.append(Field(name: name, value: newValue)) }
        }
    }

    package static func == (one: HTTPHeaders, other: HTTPHeaders) -> Bool {
        one.fields == other.fields
    }

    private mutating func makeFields() {
        guard !lines.isEmpty else { return }
        made = fields
        lines = []
    }

    /// Gives the name and the value of one line after the other, until the body returns false.
    private func eachLine(_ body: (ArraySlice<UInt8>, ArraySlice<UInt8>) -> Bool) {
        var start = lines.startIndex
        while let end = lines[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = lines[start..<end]
            start = end + 1
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            guard body(line[..<colon], trimmed(line[(colon + 1)...])) else { return }
        }
    }
}

/// A value without the white space around it, and without the CR of its line.
private func trimmed(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
    var value = value.drop(while: isSpace)
    while let last = value.last, isSpace(last) { value.removeLast() }
    return value
}

private func areSameName(
    _ one: some Collection<UInt8>, _ other: some Collection<UInt8>
) -> Bool {
    one.count == other.count
        && zip(one, other).allSatisfy { lowercasedASCII($0) == lowercasedASCII($1) }
}
