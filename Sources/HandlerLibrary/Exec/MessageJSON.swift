private import FoundationEssentials
package import MessageHandling

/// A whole message as one JSON object on one line, with the names that SQS itself gives its parts
/// in the answer of ReceiveMessage: `MessageId`, `Body`, `Attributes`, `MessageAttributes`, and the
/// queue's `QueueName` and `QueueUrl`.
///
/// Without the receipt handle: only the daemon deletes and extends.
package enum MessageJSON {
    private struct Document: Encodable {
        let MessageId: String
        let Body: String
        let Attributes: [String: String]
        let MessageAttributes: [String: MessageAttributesJSON.Entry]
        let QueueName: String
        let QueueUrl: String
    }

    package static func text(_ message: Message) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let document = Document(
            MessageId: message.id, Body: message.body, Attributes: message.systemAttributes,
            MessageAttributes: message.attributes.mapValues(MessageAttributesJSON.Entry.init),
            QueueName: message.queue.name, QueueUrl: message.queue.url)
        // Encoding strings does not fail: there is no number in it that JSON lacks.
        let json = try? encoder.encode(document)
        return json.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
