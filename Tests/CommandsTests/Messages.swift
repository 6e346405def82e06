import MessageHandling

/// A message as a receive brings it.
func message(
    _ id: String, body: String = "body", group: String? = nil, handle: String? = nil,
    attributes: [String: MessageAttribute] = [:], system: [String: String] = [:],
    in queue: String = "orders-dead"
) -> Message {
    var system = system
    system["MessageGroupId"] = group
    return Message(
        id: id, receiptHandle: handle ?? "handle-\(id)", body: body, attributes: attributes,
        systemAttributes: system, queue: queueNamed(queue))
}

func queueNamed(_ name: String) -> Queue {
    Queue(name: name, url: "http://127.0.0.1/1/\(name)")
}

func text(_ value: String) -> MessageAttribute {
    MessageAttribute(dataType: "String", value: .text(value))
}
