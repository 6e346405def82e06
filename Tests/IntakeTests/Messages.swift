import MessageHandling

/// A message with this content.
func message(_ body: String, _ attributes: [String: MessageAttribute] = [:]) -> Message {
    Message(
        id: "1", receiptHandle: "r", body: body, attributes: attributes,
        systemAttributes: ["MessageGroupId": "eu"], queue: Queue(name: "q", url: ""))
}

func text(_ value: String, type: String = "String") -> MessageAttribute {
    MessageAttribute(dataType: type, value: .text(value))
}
