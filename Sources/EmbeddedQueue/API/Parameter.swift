import FoundationEssentials
import JSON
import SQS

/// A value in a request, with its place, which errors name.
struct Parameter {
    private let value: JSONValue
    private let parents: [String]
    private let name: String

    /// The whole request.
    init(request: JSONValue) {
        value = request
        parents = []
        name = ""
    }

    private init(
        _ value: JSONValue, _ name: String, in parents: [String]
    ) throws(StoreError) {
        self.value = value
        self.name = name
        self.parents = parents
        if value == .null { throw problem("must not be null") }
    }

    /// A member of an object; nil where it is left out or `null`.
    subscript(_ name: String) -> Parameter? {
        get throws(StoreError) {
            guard case .object = value else { throw wrongType }
            guard let member = value[name], member != .null else { return nil }
            return try Parameter(member, name, in: path)
        }
    }

    func text() throws(StoreError) -> String {
        guard let text = value.asText else { throw wrongType }
        return text
    }

    func integer() throws(StoreError) -> Int {
        guard case .number = value else { throw wrongType }
        guard let integer = value.asInteger else { throw problem("cannot be read") }
        return integer
    }

    /// What a text in base64 stands for.
    func bytes() throws(StoreError) -> [UInt8] {
        guard let data = Data(base64Encoded: try text()) else { throw problem("cannot be read") }
        return Array(data)
    }

    func list<Item>(
        of read: (Parameter) throws(StoreError) -> Item
    ) throws(StoreError) -> [Item] {
        guard case .list(let values) = value else { throw wrongType }
        let path = path
        var items: [Item] = []
        for (index, value) in values.enumerated() {
            items.append(try read(try Parameter(value, "Index \(index)", in: path)))
        }
        return items
    }

    func texts() throws(StoreError) -> [String] {
        try list { (item) throws(StoreError) in try item.text() }
    }

    /// The members of an object by their names; of a name that is there twice the first.
    func map<Value>(
        of read: (Parameter) throws(StoreError) -> Value
    ) throws(StoreError) -> [String: Value] {
        guard case .object(let members) = value else { throw wrongType }
        let path = path
        var values: [String: Value] = [:]
        for member in members where values[member.name] == nil {
            values[member.name] = try read(try Parameter(member.value, member.name, in: path))
        }
        return values
    }

    func textMap() throws(StoreError) -> [String: String] {
        try map { (value) throws(StoreError) in try value.text() }
    }
}

extension Parameter {
    private var path: [String] { name.isEmpty ? parents : parents + [name] }

    private var wrongType: StoreError { problem("has the wrong type") }

    private func problem(_ problem: String) -> StoreError {
        StoreError(.serialization, "The value of \(path.joined(separator: ".")) \(problem).")
    }
}
