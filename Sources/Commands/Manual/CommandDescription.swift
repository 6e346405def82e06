import JSON

/// A command as the argument parser describes it.
///
/// Source: what `--experimental-dump-help` prints, `ToolInfoV0` of swift-argument-parser.
struct CommandDescription {
    let name: String
    let abstract: String
    let discussion: String
    let isShown: Bool
    let arguments: [ArgumentDescription]
    let subcommands: [CommandDescription]

    /// - Parameter text: the description of the whole tool, in JSON.
    init(dumped text: String) throws(JSONError) {
        let document = try JSONValue(parsing: text)
        guard let command = document["command"], document["serializationVersion"]?.asInteger == 0
        else { throw JSONError(offset: 0, problem: "no description of a tool, version 0") }
        self.init(command)
    }

    private init(_ json: JSONValue) {
        name = json["commandName"]?.asText ?? ""
        abstract = json["abstract"]?.asText ?? ""
        discussion = json["discussion"]?.asText ?? ""
        isShown = json["shouldDisplay"] != .boolean(false)
        arguments = json.list("arguments").map(ArgumentDescription.init).filter(\.isShown)
        // What the parser adds has no text of ours.
        subcommands = json.list("subcommands").map(CommandDescription.init)
            .filter { $0.isShown && $0.name != "help" }
    }
}

/// An argument, option or flag of a command.
struct ArgumentDescription {
    enum Kind: String {
        case positional, option, flag
    }

    let kind: Kind
    /// The names as they are typed, hyphens included, the short ones first.
    let names: [String]
    let value: String
    let isOptional: Bool
    let isRepeating: Bool
    let isShown: Bool
    /// The group that the help shows it in; nil for none.
    let section: String?
    /// What it is for, with its default and what it may be.
    let text: String

    fileprivate init(_ json: JSONValue) {
        kind = json["kind"]?.asText.flatMap(Kind.init) ?? .positional
        names = json.list("names").map { name in
            (name["kind"]?.asText == "long" ? "--" : "-") + (name["name"]?.asText ?? "")
        }.sorted { ($0.count == 2 ? 0 : 1) < ($1.count == 2 ? 0 : 1) }
        value = json["valueName"]?.asText ?? ""
        isOptional = json["isOptional"] == .boolean(true)
        isRepeating = json["isRepeating"] == .boolean(true)
        isShown = json["shouldDisplay"] != .boolean(false)
        section = json["sectionTitle"]?.asText
        var parts = [json["abstract"]?.asText, json["discussion"]?.asText].compactMap(\.self)
        let values = json.list("allValues").compactMap(\.asText)
        if !values.isEmpty { parts.append("One of: \(values.joined(separator: ", ")).") }
        if let standard = json["defaultValue"]?.asText { parts.append("Default: \(standard).") }
        text = parts.joined(separator: " ")
    }

    /// How it is written, in mdoc(7): `--queue queue`.
    var macros: String {
        let value = "Ar \(ManualTag.quoted(value))"
        guard kind != .positional else { return value }
        // The macro adds the first hyphen.
        let flags = names.map { "Fl \(ManualPage.escaped(String($0.dropFirst())))" }
        return flags.joined(separator: " , ") + (kind == .option ? " \(value)" : "")
    }

    /// How it stands in a synopsis: by its longest name, in brackets where it may be missing.
    var synopsis: String {
        var macros = macros
        if let name = names.last, kind != .positional {
            let flag = "Fl \(ManualPage.escaped(String(name.dropFirst())))"
            macros = flag + (kind == .option ? " Ar \(ManualTag.quoted(value))" : "")
        }
        if isRepeating { macros += " No ..." }
        return (isOptional ? "Op " : "") + macros
    }
}

extension JSONValue {
    /// The items of a member that is a list; none where there is no such member.
    fileprivate func list(_ name: String) -> [JSONValue] {
        guard case .list(let items) = self[name] else { return [] }
        return items
    }
}
