import JSON

/// The `Policy` of a queue: kept and given back, and without effect here, where nobody is kept out.
///
/// Two are equal that say the same, in whichever order and spelling.
package struct PolicyDocument: Sendable, Equatable {
    /// The policy as it was given, which GetQueueAttributes gives back.
    let text: String
    let json: JSONValue

    /// Nil where it is no JSON object.
    package init?(_ text: String) {
        guard let json = try? JSONValue(parsing: Array(text.utf8), takesHalves: false),
            case .object = json
        else { return nil }
        self.text = text
        self.json = json
    }

    init(_ json: JSONValue) {
        var writer = JSONWriter()
        writer.value(json)
        text = writer.text
        self.json = json
    }

    /// What it allows and denies, one by one.
    var statements: [JSONValue] {
        switch json["Statement"] {
        case .list(let statements)?: statements
        case let statement?: [statement]
        case nil: []
        }
    }

    package static func == (one: PolicyDocument, other: PolicyDocument) -> Bool {
        one.json.meaning == other.json.meaning
    }
}

extension JSONValue {
    /// The value with members in one order, and a list of one as the one, as policies take it.
    fileprivate var meaning: JSONValue {
        switch self {
        case .object(let members):
            .object(
                members.map { Member($0.name, $0.value.meaning) }.sorted { $0.name < $1.name })
        case .list(let values): values.count == 1 ? values[0].meaning : .list(values.map(\.meaning))
        case .text, .number, .boolean, .null: self
        }
    }
}
