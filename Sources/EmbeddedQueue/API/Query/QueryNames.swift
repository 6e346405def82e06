/// How the query protocol spells what is a list or a map in JSON: `AttributeName.1`,
/// `Attribute.1.Name` and `.Value`. All else has one name in both.
///
/// Source: the service model 2012-11-05 as botocore shipped it until 2023.
enum QueryNames {
    enum Shape: Equatable {
        case list
        case map(key: String, value: String)
    }

    /// A member as JSON names it.
    struct Member: Equatable {
        let name: String
        let shape: Shape
    }

    private static let attributes = Shape.map(key: "Name", value: "Value")
    private static let tags = Shape.map(key: "Key", value: "Value")

    /// The member of a request that the name stands for; nil for one that is no list or map.
    static func member(_ name: String, of operation: String) -> Member? {
        switch name {
        case "Attribute": Member(name: "Attributes", shape: attributes)
        case "MessageAttribute": Member(name: "MessageAttributes", shape: attributes)
        case "MessageSystemAttribute": Member(name: "MessageSystemAttributes", shape: attributes)
        // The model has no other name for the tags of TagQueue.
        case "Tag", "Tags": Member(name: operation == "CreateQueue" ? "tags" : "Tags", shape: tags)
        case "AttributeName", "MessageAttributeName", "MessageSystemAttributeName", "TagKey",
            "AWSAccountId", "StringListValue", "BinaryListValue":
            Member(name: name + "s", shape: .list)
        case "ActionName": Member(name: "Actions", shape: .list)
        case operation + "RequestEntry": Member(name: "Entries", shape: .list)
        default: nil
        }
    }

    private static let numbers: Set<String> = [
        "DelaySeconds", "MaxNumberOfMessages", "MaxNumberOfMessagesPerSecond", "MaxResults",
        "VisibilityTimeout", "WaitTimeSeconds",
    ]

    /// Whether the member is a number, which a form cannot tell from a text.
    static func isNumber(_ name: String) -> Bool { numbers.contains(name) }

    /// How each element of a list of an answer is named.
    static func element(of list: String, in operation: String) -> String {
        switch list {
        case "Messages": "Message"
        case "QueueUrls", "queueUrls": "QueueUrl"
        case "Successful": operation + "ResultEntry"
        case "Failed": "BatchResultErrorEntry"
        case "Results": operation + "ResultEntry"
        default: list
        }
    }

    /// How each entry of a map of an answer is named, and its parts; nil for what is no map.
    static func entry(of map: String) -> (name: String, key: String, value: String)? {
        switch map {
        case "Attributes": ("Attribute", "Name", "Value")
        case "MessageAttributes": ("MessageAttribute", "Name", "Value")
        case "Tags": ("Tag", "Key", "Value")
        default: nil
        }
    }

    private static let withoutResult: Set<String> = [
        "AddPermission", "ChangeMessageVisibility", "DeleteMessage", "DeleteQueue", "PurgeQueue",
        "RemovePermission", "SetQueueAttributes", "TagQueue", "UntagQueue",
    ]

    /// Whether the operation's answer has a result, be it empty.
    static func hasResult(_ operation: String) -> Bool { !withoutResult.contains(operation) }
}
