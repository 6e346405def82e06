/// A value of a TOML file, as far as a schema asks for it.
package indirect enum DocumentNode: Sendable, Equatable {
    case text(String)
    case integer(Int)
    case decimal(Double)
    case boolean(Bool)
    case list([DocumentNode])
    /// The members in the order of the lines.
    case table([Member])
    /// A type that no key has, named with its article.
    case other(String)

    /// A value of a table, with its name.
    package struct Member: Sendable, Equatable {
        package let name: String
        package let node: DocumentNode

        package init(_ name: String, _ node: DocumentNode) {
            self.name = name
            self.node = node
        }
    }

    /// The value of that name, of a table that has one.
    package subscript(_ name: String) -> DocumentNode? {
        guard case .table(let members) = self else { return nil }
        return members.first { $0.name == name }?.node
    }

    /// What it is, for an error about its type.
    package var kind: String {
        switch self {
        case .text: "a text"
        case .integer: "a number"
        case .decimal: "a number with a point"
        case .boolean: "true or false"
        case .list: "a list"
        case .table: "a table"
        case .other(let name): name
        }
    }

    /// The value for an error about it, shortened and without secrets.
    package var quoted: String {
        switch self {
        case .text(let text):
            TOMLText.string(String(Redaction.redact(text).prefix(FileLimits.quotedLength)))
        case .integer, .decimal, .boolean: literal
        case .list, .table, .other: kind
        }
    }

    /// The value as TOML writes it, on one line.
    package var literal: String { literal { $0 } }

    /// The value as ``literal`` has it, with what is secret replaced.
    func redactedLiteral(named name: String) -> String {
        literal { Redaction.redact($0, named: name) }
    }

    private func literal(_ shown: (String) -> String) -> String {
        switch self {
        case .text(let text): return TOMLText.string(shown(text))
        case .integer(let number): return String(number)
        case .decimal(let number): return String(number)
        case .boolean(let flag): return String(flag)
        case .list(let items):
            return "[" + items.map { $0.literal(shown) }.joined(separator: ", ") + "]"
        case .table(let members):
            let parts = members.map { "\(TOMLText.key($0.name)) = \($0.node.literal(shown))" }
            return parts.isEmpty ? "{}" : "{ " + parts.joined(separator: ", ") + " }"
        case .other(let name): return TOMLText.string(name)
        }
    }
}

// So that an example in the code looks as it does in a file.
extension DocumentNode: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral text: String) { self = .text(text) }
    package init(integerLiteral number: Int) { self = .integer(number) }
    package init(booleanLiteral flag: Bool) { self = .boolean(flag) }
    package init(arrayLiteral items: DocumentNode...) { self = .list(items) }
    package init(dictionaryLiteral members: (String, DocumentNode)...) {
        self = .table(members.map { Member($0, $1) })
    }
}
