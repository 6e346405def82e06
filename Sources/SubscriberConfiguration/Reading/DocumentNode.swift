/// A value of a TOML file, as far as the schema asks for it.
package indirect enum DocumentNode: Equatable {
    case text(String)
    case integer(Int)
    case decimal(Double)
    case boolean(Bool)
    case list([DocumentNode])
    case table([String: DocumentNode])
    /// A type that no key has, named with its article.
    case other(String)

    /// What it is, for an error about its type.
    var kind: String {
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
    var quoted: String {
        switch self {
        case .text(let text):
            TOMLText.string(String(Redaction.redact(text).prefix(Limits.quotedLength)))
        case .integer(let number): String(number)
        case .decimal(let number): String(number)
        case .boolean(let flag): String(flag)
        case .list, .table, .other: kind
        }
    }
}
