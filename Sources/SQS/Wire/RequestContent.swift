import FoundationEssentials
package import JSON
package import MessageHandling

// What requests have in common, in their wire form.
extension JSONWriter {
    /// The input of ReceiveMessage: always all attributes.
    mutating func receive(_ request: ReceiveRequest) {
        member("QueueUrl", request.queue.url)
        member("MaxNumberOfMessages", request.maximumMessages)
        member("WaitTimeSeconds", request.waitTime.wholeSeconds)
        if let timeout = request.visibilityTimeout {
            member("VisibilityTimeout", timeout.wholeSeconds)
        }
        if let id = request.attemptID { member("ReceiveRequestAttemptId", id) }
        // The older name too: not every compatible server knows the newer.
        member("AttributeNames", ["All"])
        member("MessageSystemAttributeNames", ["All"])
        member("MessageAttributeNames", ["All"])
    }

    /// The content of an entry of SendMessageBatch.
    mutating func content(of entry: SendEntry) {
        member("MessageBody", entry.body)
        if let delay = entry.delay { member("DelaySeconds", delay.wholeSeconds) }
        if let group = entry.groupID { member("MessageGroupId", group) }
        if let id = entry.deduplicationID { member("MessageDeduplicationId", id) }
        if !entry.attributes.isEmpty { member("MessageAttributes", entry.attributes) }
        if let header = entry.traceHeader {
            member(
                "MessageSystemAttributes",
                ["AWSTraceHeader": MessageAttribute(dataType: "String", value: .text(header))])
        }
    }

    package mutating func member(_ name: String, _ attributes: [String: MessageAttribute]) {
        self.name(name)
        object { writer in
            for (name, attribute) in attributes {
                writer.name(name)
                writer.attribute(attribute)
            }
        }
    }

    private mutating func attribute(_ attribute: MessageAttribute) {
        object { writer in
            writer.member("DataType", attribute.dataType)
            switch attribute.value {
            case .text(let text): writer.member("StringValue", text)
            case .binary(let bytes):
                writer.member("BinaryValue", Data(bytes).base64EncodedString())
            }
        }
    }
}
