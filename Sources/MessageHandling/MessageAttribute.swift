/// One message attribute: a typed value that travels beside the body.
public struct MessageAttribute: Sendable, Equatable {
    /// `String`, `Number` or `Binary`, with the sender's own suffix where it set one
    /// (`Number.int`).
    public let dataType: String
    public let value: Value

    /// What the attribute holds. SQS sends numbers as text, so that none loses precision.
    public enum Value: Sendable, Equatable {
        case text(String)
        case binary([UInt8])
    }

    public init(dataType: String, value: Value) {
        self.dataType = dataType
        self.value = value
    }
}

extension MessageAttribute {
    package var text: String? { if case .text(let text) = value { text } else { nil } }
    package var bytes: [UInt8]? { if case .binary(let bytes) = value { bytes } else { nil } }
}

extension [String: MessageAttribute] {
    /// What they count towards the size of their message, in bytes: of each its name, its type and
    /// its value. Source: "Amazon SQS message metadata" in the developer guide.
    package var size: Int {
        reduce(0) { sum, attribute in
            let value =
                switch attribute.value.value {
                case .text(let text): text.utf8.count
                case .binary(let bytes): bytes.count
                }
            return sum + attribute.key.utf8.count + attribute.value.dataType.utf8.count + value
        }
    }
}
