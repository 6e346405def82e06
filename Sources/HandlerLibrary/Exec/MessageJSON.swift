private import JSON
package import MessageHandling

/// A whole message as one JSON object on one line, with the names that SQS itself gives its parts
/// in the answer of ReceiveMessage: `MessageId`, `Body`, `Attributes`, `MessageAttributes`, and the
/// queue's `QueueName` and `QueueUrl`. In the order of their names.
///
/// Without the receipt handle: only the daemon deletes and extends.
package enum MessageJSON {
    package static func text(_ message: Message) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("Attributes", message.systemAttributes)
            json.member("Body", message.body)
            json.name("MessageAttributes")
            MessageAttributesJSON.write(message.attributes, to: &json)
            json.member("MessageId", message.id)
            json.member("QueueName", message.queue.name)
            json.member("QueueUrl", message.queue.url)
        }
        return json.text
    }
}
