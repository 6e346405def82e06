/// What a key's value has to be: how it is read, how it is written, and what to say of it.
///
/// Those that any program may want are here; a room adds its own beside the values that they are
/// of.
package struct ValueType<Value: Sendable & Equatable>: Sendable {
    /// What is allowed, for errors and for the documentation.
    package let allowed: String
    /// The value of a file's node, or why it is none.
    package let read: @Sendable (DocumentNode) throws(Rejection) -> Value
    /// Writes the value as a file says it; `read` takes it back as the same.
    package let write: @Sendable (Value) -> DocumentNode
    /// The node that the text of a variable or a flag stands for.
    package let node: @Sendable (String) throws(Rejection) -> DocumentNode

    package init(
        allowed: String, write: @escaping @Sendable (Value) -> DocumentNode,
        node: @escaping @Sendable (String) throws(Rejection) -> DocumentNode = { .text($0) },
        read: @escaping @Sendable (DocumentNode) throws(Rejection) -> Value
    ) {
        self.allowed = allowed
        self.read = read
        self.write = write
        self.node = node
    }
}

/// Why a value is not what its key asks for.
package struct Rejection: Error, Equatable {
    /// One thing that is wrong, in words that follow the key.
    package struct Problem: Sendable, Equatable {
        /// Where in the value, from its key on.
        package let path: [String]
        package let text: String

        package init(path: [String], text: String) {
            self.path = path
            self.text = text
        }
    }

    package let problems: [Problem]
    /// Whether it stays to be said what the type allows.
    let saysAllowed: Bool

    /// What is wrong; what is allowed follows.
    package init(_ text: String) {
        problems = [Problem(path: [], text: text)]
        saysAllowed = true
    }

    /// All that is wrong within the value, each with what is allowed in its place.
    package init(_ problems: [Problem]) {
        self.problems = problems
        saysAllowed = false
    }

    /// The node is of another type than the key asks for.
    package static func wrongType(_ node: DocumentNode, inList: Bool = false) -> Rejection {
        Rejection("\(node.kind) \(inList ? "in the list " : "")is the wrong type")
    }
}

extension ValueType where Value == String {
    /// Any text of which nothing is wrong.
    ///
    /// - Parameter problem: in words that follow the text; nil where nothing is wrong.
    package static func text(
        _ allowed: String, problem: @escaping @Sendable (String) -> String?
    ) -> ValueType {
        ValueType(allowed: allowed, write: { .text($0) }) { node throws(Rejection) in
            guard case .text(let text) = node else { throw .wrongType(node) }
            if let problem = problem(text) { throw Rejection("\(node.quoted) \(problem)") }
            return text
        }
    }

    package static let anyText = text("a text") { _ in nil }
    package static let text = text("a text that is not empty") { $0.isEmpty ? "is empty" : nil }
    package static let absolutePath = text("a path that starts with /") {
        $0.hasPrefix("/") ? nil : "does not start with /"
    }
    package static let headerValue = text("a text of printable ASCII characters") {
        $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !$0.isEmpty
            ? nil : "cannot be sent in a header"
    }
}

extension ValueType where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One word of several.
    package static var choice: ValueType {
        let words = Value.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        return ValueType(allowed: words, write: { .text($0.rawValue) }) { node throws(Rejection) in
            guard case .text(let word) = node else { throw .wrongType(node) }
            guard let value = Value(rawValue: word) else {
                throw Rejection("\(node.quoted) is not one of them")
            }
            return value
        }
    }
}

extension ValueType {
    /// Any of the words, each once at most, in an order that matters.
    package static func choices<Word>() -> ValueType
    where Value == [Word], Word: CaseIterable & RawRepresentable, Word.RawValue == String {
        let words = Word.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        return ValueType(
            allowed: "a list of " + words, write: { .list($0.map { .text($0.rawValue) }) }
        ) { node throws(Rejection) in
            guard case .list(let items) = node else { throw .wrongType(node) }
            var chosen: [Word] = []
            for item in items {
                guard case .text(let text) = item, let word = Word(rawValue: text) else {
                    throw Rejection("\(item.quoted) is not one of them")
                }
                guard !chosen.contains(word) else {
                    throw Rejection("\(item.quoted) is there twice")
                }
                chosen.append(word)
            }
            return chosen
        }
    }
}

extension ValueType where Value == Bool {
    /// True or false. A variable or a flag may say it as systemd reads it, too: yes, no, on, off,
    /// 1, 0.
    package static let boolean = ValueType(
        allowed: "true or false", write: { .boolean($0) },
        node: { text throws(Rejection) in
            switch text.lowercased() {
            case "true", "yes", "on", "1": return .boolean(true)
            case "false", "no", "off", "0": return .boolean(false)
            default: throw Rejection("\"\(text)\" is neither true nor false")
            }
        },
        read: { node throws(Rejection) in
            guard case .boolean(let flag) = node else { throw .wrongType(node) }
            return flag
        })
}
