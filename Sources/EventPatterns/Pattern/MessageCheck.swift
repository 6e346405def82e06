import JSON

extension PatternCompiler {
    /// Refuses what no message of SQS can have, since a handler with it would never run.
    mutating func checkMessage(_ pattern: JSONValue) {
        guard case .object(let members) = pattern else { return }
        for (path, member) in Self.fields(members, at: []) {
            switch member.name {
            case "body": break
            case "attributes", "messageAttributes":
                guard case .object(let members) = member.value else {
                    fail(path, "has to be an object with the names of attributes")
                    continue
                }
                if member.name == "attributes" {
                    checkSystemAttributes(members, at: path)
                } else {
                    checkAttributes(members, at: path)
                }
            default:
                let parts = member.name.split(separator: ".", maxSplits: 1).map { String($0) }
                let isPath = parts.count == 2 && Self.messageFields.contains(parts[0])
                let remedy = isPath ? "; write \(parts[1]) into \(parts[0])" : ""
                fail(
                    path,
                    "a message has no such field; allowed: "
                        + Self.messageFields.joined(separator: ", ") + remedy)
            }
        }
    }

    private static let messageFields = ["body", "messageAttributes", "attributes"]

    private mutating func checkSystemAttributes(_ members: [JSONValue.Member], at path: [String]) {
        for (path, member) in Self.fields(members, at: path) {
            if !Self.systemAttributes.contains(member.name) {
                fail(
                    path,
                    "a message has no such attribute; allowed: "
                        + Self.systemAttributes.joined(separator: ", "))
            } else if case .object = member.value {
                fail(path, "is a text, so it has to be a list of values and rules")
            }
        }
    }

    /// Source: ReceiveMessage in the SQS API reference, `MessageSystemAttributeNames`.
    private static let systemAttributes = [
        "AWSTraceHeader", "ApproximateFirstReceiveTimestamp", "ApproximateReceiveCount",
        "DeadLetterQueueSourceArn", "MessageDeduplicationId", "MessageGroupId", "SenderId",
        "SentTimestamp", "SequenceNumber",
    ]

    private mutating func checkAttributes(_ members: [JSONValue.Member], at path: [String]) {
        for (path, member) in Self.fields(members, at: path) {
            guard case .object(let parts) = member.value else { continue }
            for (path, part) in Self.fields(parts, at: path) {
                if !Self.attributeParts.contains(part.name) {
                    fail(
                        path,
                        "an attribute has no such part; allowed: "
                            + Self.attributeParts.joined(separator: ", "))
                } else if case .object = part.value {
                    fail(path, "is a text, so it has to be a list of values and rules")
                }
            }
        }
    }

    private static let attributeParts = ["stringValue", "binaryValue", "dataType"]

    /// The fields of an object, those in the alternatives of its `$or` included.
    private static func fields(
        _ members: [JSONValue.Member], at path: [String]
    ) -> [([String], JSONValue.Member)] {
        members.flatMap { member -> [([String], JSONValue.Member)] in
            guard let alternatives = alternatives(of: member) else {
                return [(path + [member.name], member)]
            }
            return alternatives.enumerated().flatMap { index, members in
                fields(members, at: path + ["$or[\(index)]"])
            }
        }
    }
}
