/// Reads a JSON text once and keeps what a ``FieldTree`` has.
struct DocumentBuilder {
    private let tree: FieldTree
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var document = Document()

    init(_ tree: FieldTree, text: UnsafeBufferPointer<UInt8>) {
        self.tree = tree
        bytes = text
    }

    /// Reads the whole text as the value of a field.
    mutating func readJSON(as field: Int) throws(JSONSyntaxError) {
        let start = document.nodes.count
        do throws(JSONSyntaxError) {
            var cursor = try JSONCursor(bytes)
            try read(&cursor, as: field)
            try cursor.finish()
        } catch {
            // Half a document answers no question.
            document.nodes.removeSubrange(start...)
            throw error
        }
    }

    /// Adds the whole text as a value.
    mutating func addText(as field: Int) {
        add(.text, start: 0, length: bytes.count, isCopied: false, as: field)
    }

    mutating func addText(_ text: some Sequence<UInt8>, _ kind: DocumentNode.Kind, as field: Int) {
        let start = document.texts.count
        document.texts.append(contentsOf: text)
        add(kind, start: start, length: document.texts.count - start, isCopied: true, as: field)
    }

    /// Adds an object with what the closure adds to it.
    mutating func addObject(as field: Int, _ addMembers: (inout DocumentBuilder) -> Void) {
        let index = beginContainer(.object, as: field)
        addMembers(&self)
        document.nodes[index].end = Int32(document.nodes.count)
    }

    mutating func noteBody(isJSON: Bool, error: JSONSyntaxError?) {
        document.isBodyJSON = isJSON
        document.bodyError = error
    }

    private mutating func read(
        _ cursor: inout JSONCursor, as field: Int
    ) throws(JSONSyntaxError) {
        switch cursor.peek() {
        case UInt8(ascii: "{"):
            // A pattern that asks for the value takes no object, and one that asks for fields in it
            // asks for some by name.
            if tree.hasChildren(field) {
                try readObject(&cursor, as: field)
            } else {
                try cursor.skipValue()
            }
        case UInt8(ascii: "["): try readList(&cursor, as: field)
        default:
            if tree.hasTest(field) {
                try readScalar(&cursor, as: field)
            } else {
                try cursor.skipValue()
            }
        }
    }

    private mutating func readObject(
        _ cursor: inout JSONCursor, as field: Int
    ) throws(JSONSyntaxError) {
        let index = beginContainer(.object, as: field)
        if try cursor.open(closing: UInt8(ascii: "}")) {
            repeat {
                let name = try cursor.readName()
                if let child = child(of: field, named: name) {
                    try read(&cursor, as: child)
                } else {
                    try cursor.skipValue()
                }
            } while try cursor.goOn(closing: UInt8(ascii: "}"))
        }
        endContainer(index)
    }

    private mutating func readList(
        _ cursor: inout JSONCursor, as field: Int
    ) throws(JSONSyntaxError) {
        let index = beginContainer(.list, as: field)
        if try cursor.open(closing: UInt8(ascii: "]")) {
            repeat {
                try read(&cursor, as: field)
            } while try cursor.goOn(closing: UInt8(ascii: "]"))
        }
        endContainer(index)
    }

    private mutating func readScalar(
        _ cursor: inout JSONCursor, as field: Int
    ) throws(JSONSyntaxError) {
        switch cursor.peek() {
        case UInt8(ascii: "\""):
            let token = try cursor.readString()
            if token.hasEscapes {
                let start = document.texts.count
                JSONText.decode(content(of: token), into: &document.texts)
                add(
                    .text, start: start, length: document.texts.count - start, isCopied: true,
                    as: field)
            } else {
                add(.text, start: token.start, length: token.length, isCopied: false, as: field)
            }
        case UInt8(ascii: "t"):
            try cursor.readWord("true")
            add(.true, start: 0, length: 0, isCopied: true, as: field)
        case UInt8(ascii: "f"):
            try cursor.readWord("false")
            add(.false, start: 0, length: 0, isCopied: true, as: field)
        case UInt8(ascii: "n"):
            try cursor.readWord("null")
            add(.null, start: 0, length: 0, isCopied: true, as: field)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let token = try cursor.readNumber()
            add(.number, start: token.start, length: token.length, isCopied: false, as: field)
        default:
            throw cursor.failure("expected a value")
        }
    }

    private func child(of field: Int, named name: JSONCursor.Token) -> Int? {
        guard name.hasEscapes else {
            return tree.child(of: field, named: UnsafeRawBufferPointer(rebasing: raw(name)))
        }
        var decoded: [UInt8] = []
        JSONText.decode(content(of: name), into: &decoded)
        return decoded.withUnsafeBytes { tree.child(of: field, named: $0) }
    }

    private func content(of token: JSONCursor.Token) -> Slice<UnsafeBufferPointer<UInt8>> {
        bytes[token.start..<token.start + token.length]
    }

    private func raw(_ token: JSONCursor.Token) -> Slice<UnsafeRawBufferPointer> {
        UnsafeRawBufferPointer(bytes)[token.start..<token.start + token.length]
    }

    private mutating func add(
        _ kind: DocumentNode.Kind, start: Int, length: Int, isCopied: Bool, as field: Int
    ) {
        document.nodes.append(
            DocumentNode(
                kind: kind, isCopied: isCopied, field: Int32(field), start: Int32(start),
                length: Int32(length), end: Int32(document.nodes.count + 1)))
    }

    private mutating func beginContainer(_ kind: DocumentNode.Kind, as field: Int) -> Int {
        add(kind, start: 0, length: 0, isCopied: true, as: field)
        return document.nodes.count - 1
    }

    /// One with nothing of interest in it is as good as none, and is dropped: so a list of a
    /// million empty objects costs nothing later. The root stays.
    private mutating func endContainer(_ index: Int) {
        if index == document.nodes.count - 1, index > 0 {
            document.nodes.removeLast()
        } else {
            document.nodes[index].end = Int32(document.nodes.count)
        }
    }
}
