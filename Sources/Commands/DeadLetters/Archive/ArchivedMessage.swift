import FoundationEssentials
package import JSON
package import MessageHandling

/// A message as a line of JSON, in the form in which the AWS CLI prints it: nothing of it is lost
/// but its receipt handle, which is of no use later.
package enum ArchivedMessage {
    /// What every line begins with.
    package static let beginning = #"{"MessageId":""#

    package static func line(_ message: Message) -> String {
        var json = JSONWriter(capacity: message.body.utf8.count + 512)
        write(message, to: &json)
        return json.text
    }

    /// - Parameter origin: where it came from, to be told besides.
    package static func write(
        _ message: Message, origin: DeadLetterOrigin? = nil, to json: inout JSONWriter
    ) {
        json.object { json in
            json.member("MessageId", message.id)
            json.member("Queue", message.queue.arn ?? message.queue.name)
            json.member("Body", message.body)
            json.member("Attributes", message.systemAttributes)
            json.name("MessageAttributes")
            json.object { json in
                for (name, attribute) in message.attributes.sorted(by: { $0.key < $1.key }) {
                    json.name(name)
                    Self.write(attribute, to: &json)
                }
            }
            guard let origin else { return }
            if let queue = origin.queue { json.member("OriginQueue", queue) }
            if let id = origin.messageID { json.member("OriginMessageId", id) }
            if let reason = origin.reason { json.member("Reason", reason) }
            if let quote = origin.quote { json.member("Output", quote) }
            if let handler = origin.handler { json.member("Handler", handler) }
        }
    }

    private static func write(_ attribute: MessageAttribute, to json: inout JSONWriter) {
        json.object { json in
            json.member("DataType", attribute.dataType)
            switch attribute.value {
            case .text(let text): json.member("StringValue", text)
            case .binary(let bytes):
                json.member("BinaryValue", Data(bytes).base64EncodedString())
            }
        }
    }
}

/// A line of an archive that cannot be sent as a message, in words that follow the line's number.
package struct ArchiveProblem: Error, Equatable {
    package let problem: String
}

extension ArchivedMessage {
    /// The longest line: a message of 1 MiB, of which each byte may be written with six.
    static let lineMaximum = 8 << 20

    /// The message of a line, as ``line(_:)`` writes it or as the AWS CLI prints it.
    /// - Throws: why it cannot be sent as it is.
    package static func read(_ line: [UInt8], number: Int) throws(ArchiveProblem) -> Message {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: line, takesHalves: false)
        } catch {
            throw ArchiveProblem(problem: "not valid JSON: \(error)")
        }
        let message: Message
        do throws(MessageDocument.Invalid) {
            message = try MessageDocument.message(value, number: number)
        } catch {
            throw ArchiveProblem(problem: error.problem)
        }
        guard !message.body.isEmpty else {
            throw ArchiveProblem(problem: "its body is empty; SQS takes no empty message")
        }
        guard message.attributes.count <= PublishDefaults.maximumAttributes else {
            throw ArchiveProblem(
                problem: "it has \(message.attributes.count) attributes; SQS takes ten")
        }
        let size = message.body.utf8.count + message.attributes.size
        guard size <= MessageBatch.maximumBytes else {
            throw ArchiveProblem(problem: "it is larger than 1 MiB, the most that SQS takes")
        }
        return message
    }
}
