/// What SQS says of one message, by name.
///
/// A list: every message has a few of them, of which most handlers read none, and to look through
/// a few costs less than to make a dictionary for each message.
package struct SystemAttributes: Sendable, Equatable {
    private struct Field {
        let name: String
        /// Nil where it was taken back.
        let value: String?
    }

    private var fields: [Field] = []

    package init() {}

    package init(_ texts: [String: String]) {
        fields = texts.map { Field(name: $0.key, value: $0.value) }
    }

    /// Adds one. The last of a name counts; nil for none of that name.
    package mutating func add(_ name: String, _ value: String?) {
        // As many as a message of a standard queue has.
        if fields.isEmpty { fields.reserveCapacity(4) }
        fields.append(Field(name: name, value: value))
    }

    package subscript(_ name: String) -> String? {
        fields.last { $0.name == name }?.value
    }

    package var texts: [String: String] {
        var texts: [String: String] = [:]
        for field in fields { texts[field.name] = field.value }
        return texts
    }

    package static func == (one: SystemAttributes, other: SystemAttributes) -> Bool {
        one.texts == other.texts
    }
}
