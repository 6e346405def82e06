private import FoundationEssentials
package import MessageHandling

/// The event that Lambda makes of messages: `{"Records": […]}`.
///
/// Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS", example event.
package enum SQSEvent {
    /// One message as JSON.
    package static func record(
        _ message: Message, digests: ContentDigests, source: EventSource
    ) -> [UInt8] {
        let record = Record(
            messageId: message.id, receiptHandle: message.receiptHandle, body: message.body,
            attributes: message.systemAttributes,
            messageAttributes: message.attributes.mapValues(Attribute.init),
            md5OfBody: digests.body, md5OfMessageAttributes: digests.attributes,
            eventSourceARN: source.queueARN, awsRegion: source.region)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        // Encoding strings does not fail: there is no number in it that JSON lacks.
        return (try? encoder.encode(record)).map { [UInt8]($0) } ?? []
    }

    /// The event of these records, in their order.
    package static func event(_ records: [[UInt8]]) -> [UInt8] {
        var event = Array(#"{"Records":["#.utf8)
        event.reserveCapacity(records.reduce(event.count + 2) { $0 + $1.count + 1 })
        for (index, record) in records.enumerated() {
            if index > 0 { event.append(UInt8(ascii: ",")) }
            event += record
        }
        event += "]}".utf8
        return event
    }

    private struct Record: Encodable {
        let messageId: String
        let receiptHandle: String
        let body: String
        let attributes: [String: String]
        let messageAttributes: [String: Attribute]
        let md5OfBody: String
        let md5OfMessageAttributes: String?
        let eventSource = "aws:sqs"
        let eventSourceARN: String
        let awsRegion: String
    }

    private struct Attribute: Encodable {
        let stringValue: String?
        let binaryValue: String?
        /// SQS has no lists yet; Lambda's event has their members all the same.
        let stringListValues: [String] = []
        let binaryListValues: [String] = []
        let dataType: String

        init(_ attribute: MessageAttribute) {
            dataType = attribute.dataType
            stringValue = attribute.text
            binaryValue = attribute.bytes?.base64
        }
    }
}
