extension JSONValue {
    /// A line for each member and element, for people; it reads back as the same value. Nil where
    /// that is longer than so many bytes: of a list in 500 others each element takes 1,000 blanks.
    package func indented(atMost maximum: Int) -> String? {
        var writer = IndentedWriter(maximum: maximum)
        guard writer.write(self) else { return nil }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

private struct IndentedWriter {
    let maximum: Int
    private(set) var bytes: [UInt8] = []
    private var depth = 0

    init(maximum: Int) {
        self.maximum = maximum
    }

    /// False where it has become too long.
    mutating func write(_ value: JSONValue) -> Bool {
        switch value {
        case .object(let members) where !members.isEmpty:
            return write(members, between: ("{", "}")) { writer, member in
                writer.add(JSONValue.text(member.name).text + ": ")
                return writer.write(member.value)
            }
        case .list(let items) where !items.isEmpty:
            return write(items, between: ("[", "]")) { $0.write($1) }
        case .object, .list, .text, .number, .boolean, .null:
            add(value.text)
            return bytes.count <= maximum
        }
    }

    private mutating func write<Item>(
        _ items: [Item], between brackets: (String, String),
        _ write: (inout IndentedWriter, Item) -> Bool
    ) -> Bool {
        add(brackets.0)
        depth += 1
        for (index, item) in items.enumerated() {
            addLine(index == 0 ? "" : ",")
            guard write(&self, item) else { return false }
        }
        depth -= 1
        addLine("")
        add(brackets.1)
        return bytes.count <= maximum
    }

    private mutating func addLine(_ end: String) {
        add(end + "\n")
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }

    private mutating func add(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }
}
