import JSON
import SQS

/// A request of the query protocol, read as what it would be in JSON: there is one reader for both.
enum QueryRequest {
    /// - Parameter path: of the URL, which names the queue where no field does.
    static func parameters(
        _ fields: FormFields, operation: String, path: String
    ) throws(StoreError) -> Parameter {
        var members = try members(fields, of: operation)
        if fields["QueueUrl"] == nil, path != "/", !path.isEmpty {
            members.append(JSONValue.Member("QueueUrl", .text(path)))
        }
        return Parameter(request: .object(members))
    }

    private static func members(
        _ fields: FormFields, of operation: String
    ) throws(StoreError) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        for (name, field) in fields.children.sorted(by: { $0.key < $1.key }) {
            if let member = QueryNames.member(name, of: operation) {
                let value = try value(field, member.shape, operation)
                members.append(JSONValue.Member(member.name, value))
            } else {
                members.append(JSONValue.Member(name, try value(field, name, operation)))
            }
        }
        return members
    }

    private static func value(
        _ field: FormFields, _ name: String, _ operation: String
    ) throws(StoreError) -> JSONValue {
        guard field.children.isEmpty else { return .object(try members(field, of: operation)) }
        let text = field.text ?? ""
        // Written anew: JSON has no `+5` and no `007`.
        guard QueryNames.isNumber(name), let number = Int(text) else { return .text(text) }
        return .number(String(number))
    }

    private static func value(
        _ field: FormFields, _ shape: QueryNames.Shape, _ operation: String
    ) throws(StoreError) -> JSONValue {
        let elements = try elements(of: field)
        switch shape {
        case .list:
            var values: [JSONValue] = []
            for element in elements { values.append(try value(element, "", operation)) }
            return .list(values)
        case .map(let key, let valueName):
            var entries: [JSONValue.Member] = []
            for element in elements {
                guard let name = element[key] else {
                    throw StoreError(.missingParameter, "A \(key) is missing in the request.")
                }
                let field = element.children[valueName] ?? FormFields()
                entries.append(JSONValue.Member(name, try value(field, "", operation)))
            }
            return .object(entries)
        }
    }

    /// The numbered elements in their order; one that has no number stands alone.
    private static func elements(of field: FormFields) throws(StoreError) -> [FormFields] {
        let numbered = field.children.compactMap { name, field in Int(name).map { ($0, field) } }
        if numbered.isEmpty { return [field] }
        return numbered.sorted { $0.0 < $1.0 }.map { $0.1 }
    }
}
