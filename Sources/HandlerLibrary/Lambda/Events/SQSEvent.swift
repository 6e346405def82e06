private import JSON
package import MessageHandling

/// The event that Lambda makes of messages: `{"Records": […]}`.
///
/// Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS", example event.
package enum SQSEvent {
    /// One message as JSON.
    package static func record(
        _ message: Message, digests: ContentDigests, source: EventSource
    ) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("messageId", message.id)
            json.member("receiptHandle", message.receiptHandle)
            json.member("body", message.body)
            json.member("attributes", message.systemAttributes)
            json.name("messageAttributes")
            json.object { write(message.attributes, to: &$0) }
            json.member("md5OfBody", digests.body)
            if let digest = digests.attributes { json.member("md5OfMessageAttributes", digest) }
            json.member("eventSource", "aws:sqs")
            json.member("eventSourceARN", source.queueARN)
            json.member("awsRegion", source.region)
        }
        return json.bytes
    }

    private static func write(
        _ attributes: [String: MessageAttribute], to json: inout JSONWriter
    ) {
        for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
            json.name(name)
            json.object { json in
                if let text = attribute.text { json.member("stringValue", text) }
                if let bytes = attribute.bytes { json.member("binaryValue", bytes.base64) }
                // SQS has no lists yet; Lambda's event has their members all the same.
                json.member("stringListValues", [String]())
                json.member("binaryListValues", [String]())
                json.member("dataType", attribute.dataType)
            }
        }
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
}
