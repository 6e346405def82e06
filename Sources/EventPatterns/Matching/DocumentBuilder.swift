import JSON

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
    mutating func readJSON(as field: Int) throws(JSONError) {
        let start = document.nodes.count
        do throws(JSONError) {
            var json = try JSONReader(bytes)
            try read(&json, as: field)
            try json.finish()
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

    mutating func noteBody(isJSON: Bool, error: JSONError?) {
        document.isBodyJSON = isJSON
        document.bodyError = error
    }

    private mutating func read(
        _ json: inout JSONReader, as field: Int
    ) throws(JSONError) {
        switch json.peek() {
        case UInt8(ascii: "{"):
            // A pattern that asks for the value takes no object, and one that asks for fields in it
            // asks for some by name.
            if tree.hasChildren(field) {
                try readObject(&json, as: field)
            } else {
                try json.skip()
            }
        case UInt8(ascii: "["): try readList(&json, as: field)
        default:
            if tree.hasTest(field) {
                try readScalar(&json, as: field)
            } else {
                try json.skip()
            }
        }
    }

    private mutating func readObject(
        _ json: inout JSONReader, as field: Int
    ) throws(JSONError) {
        let index = beginContainer(.object, as: field)
        if try json.open(closing: UInt8(ascii: "}")) {
            repeat {
                let name = try json.readName()
                if let child = child(of: field, named: name, in: json) {
                    try read(&json, as: child)
                } else {
                    try json.skip()
                }
            } while try json.goOn(closing: UInt8(ascii: "}"))
        }
        endContainer(index)
    }

    private mutating func readList(
        _ json: inout JSONReader, as field: Int
    ) throws(JSONError) {
        let index = beginContainer(.list, as: field)
        if try json.open(closing: UInt8(ascii: "]")) {
            repeat {
                try read(&json, as: field)
            } while try json.goOn(closing: UInt8(ascii: "]"))
        }
        endContainer(index)
    }

    private mutating func readScalar(
        _ json: inout JSONReader, as field: Int
    ) throws(JSONError) {
        let token = try json.readScalar()
        switch token.kind {
        case .text where token.hasEscapes: addText(json.utf8(of: token), .text, as: field)
        case .text: addSlice(token, .text, as: field)
        case .number: addSlice(token, .number, as: field)
        case .true: addWord(.true, as: field)
        case .false: addWord(.false, as: field)
        case .null: addWord(.null, as: field)
        }
    }

    private func child(
        of field: Int, named name: JSONReader.Token, in json: JSONReader
    ) -> Int? {
        guard name.hasEscapes else {
            let content = UnsafeRawBufferPointer(bytes)[name.start..<name.start + name.length]
            return tree.child(of: field, named: UnsafeRawBufferPointer(rebasing: content))
        }
        return json.utf8(of: name).withUnsafeBytes { tree.child(of: field, named: $0) }
    }

    private mutating func addSlice(
        _ token: JSONReader.Token, _ kind: DocumentNode.Kind, as field: Int
    ) {
        add(kind, start: token.start, length: token.length, isCopied: false, as: field)
    }

    private mutating func addWord(_ kind: DocumentNode.Kind, as field: Int) {
        add(kind, start: 0, length: 0, isCopied: true, as: field)
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
        addWord(kind, as: field)
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
