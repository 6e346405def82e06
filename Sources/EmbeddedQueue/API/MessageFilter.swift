import JSON
import MessageHandling
import SQS

/// Which attributes a receive asked for, and how a message with these is written.
struct MessageFilter {
    let system: [String]
    let attributes: [String]

    private static let systemNames: Set<String> = [
        "All", "SenderId", "SentTimestamp", "ApproximateReceiveCount",
        "ApproximateFirstReceiveTimestamp", "SequenceNumber", "MessageDeduplicationId",
        "MessageGroupId", "AWSTraceHeader", "DeadLetterQueueSourceArn",
    ]

    /// Whether ReceiveMessage may be asked for it: system attributes of messages, and, in
    /// `AttributeNames`, what the service takes there without giving anything for it.
    static func isKnown(_ name: String) -> Bool {
        systemNames.contains(name) || QueueAttributes.isKnown(name)
    }

    func write(_ message: DeliveredMessage, to json: inout JSONWriter) {
        json.object { json in
            json.member("MessageId", message.content.id)
            json.member("ReceiptHandle", message.receiptHandle)
            json.member("MD5OfBody", MessageDigests.body(message.content.body))
            json.member("Body", message.content.body)
            writeSystem(message, to: &json)
            writeAttributes(message.content.attributes, to: &json)
        }
    }

    private func writeSystem(_ message: DeliveredMessage, to json: inout JSONWriter) {
        guard !system.isEmpty else { return }
        let wanted = message.systemAttributes.filter { name, _ in
            system.contains("All") || system.contains(name)
        }
        if !wanted.isEmpty { json.member("Attributes", wanted) }
    }

    private func writeAttributes(
        _ all: [String: MessageAttribute], to json: inout JSONWriter
    ) {
        let wanted = all.filter { name, _ in attributes.contains { Self.matches(name, $0) } }
        guard !wanted.isEmpty else { return }
        // The digest is of what is given, so that the client can check it.
        if let digest = MessageDigests.attributes(wanted) {
            json.member("MD5OfMessageAttributes", digest)
        }
        json.member("MessageAttributes", wanted)
    }

    /// `All`, `*`, `.*`, a name, or a prefix that ends in `.*`.
    private static func matches(_ name: String, _ wanted: String) -> Bool {
        if wanted == "All" || wanted == "*" || wanted == name { return true }
        return wanted.hasSuffix(".*") && name.hasPrefix(wanted.dropLast(2))
    }
}
