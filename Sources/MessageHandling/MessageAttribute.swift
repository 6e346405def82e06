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
