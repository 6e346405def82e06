import JSON
internal import MessageHandling
internal import SQS

/// A rejected message on its way to the dead-letter queue: the same body and attributes, and two
/// more attributes, which say why it is there and where it came from.
///
/// The copy has another message id: only the second attribute leads back to the log.
struct DeadLetter {
    private typealias Attribute = DeadLetterAttribute

    /// SQS takes ten attributes. With one place left the reason is in
    /// ``DeadLetterAttribute/origin``, too; a message that has ten already goes as it is, and the
    /// log says the rest.
    static let attributesMaximum = 10
    /// A reason is for people: what is longer is cut, and of longer output its end kept.
    static let reasonMaximum = 1_000
    /// What SQS takes of body and attributes together (Developer Guide, quotas): a message that is
    /// as large already goes without what finds no room.
    static let sizeMaximum = 1_048_576

    let message: Message
    let reason: String
    /// Whose reason it is; nil where no handler matched the message.
    let rejection: Rejection?
    let host: String
    /// When it was rejected, as ISO 8601.
    let time: String

    func entry(to queueURL: String) -> SendEntry {
        let isFIFO = queueURL.hasSuffix(".fifo")
        return SendEntry(
            id: "0", body: message.body, attributes: attributes,
            groupID: isFIFO ? message.messageGroupID ?? message.id : nil,
            deduplicationID: isFIFO ? message.id : nil)
    }

    /// The message's own, with as much of ours as there is room for.
    private var attributes: [String: MessageAttribute] {
        var own = message.attributes
        // One that was moved back from a dead-letter queue tells of its former rejection.
        if own.removeValue(forKey: Attribute.origin) != nil {
            own[Attribute.reason] = nil
        }
        let hasPlace = own[Attribute.reason] == nil
        let reason = hasPlace ? [Attribute.reason: text] : [:]
        // The most comes first.
        let added: [[String: String]] = [
            hasPlace ? reason.merging(origin(output: output)) { $1 } : [:],
            hasPlace ? reason.merging(origin()) { $1 } : [:],
            origin(reason: text, output: output), origin(reason: text), origin(), reason,
        ]
        let fitting = added.lazy.map { $0.filter { !$0.value.isEmpty } }.first { added in
            !added.isEmpty && own.count + added.count <= Self.attributesMaximum
                && message.body.utf8.count + own.size + added.mapValues(Self.value).size
                    <= Self.sizeMaximum
        }
        return own.merging((fitting ?? [:]).mapValues(Self.value)) { own, _ in own }
    }

    /// SQS takes no empty value, and not every character.
    private var text: String { Self.printable(reason.unicodeScalars.prefix(Self.reasonMaximum)) }

    private var output: String? {
        rejection?.output.map { Self.printable($0.unicodeScalars.suffix(Self.reasonMaximum)) }
    }

    private func origin(reason: String? = nil, output: String? = nil) -> [String: String] {
        var json = JSONWriter()
        json.object { json in
            json.member("queue", message.queue.name)
            if let arn = message.queue.arn { json.member("queueArn", arn) }
            json.member("messageId", message.id)
            json.member("receiveCount", message.receiveCount)
            if let handler = rejection?.handler { json.member("handler", handler) }
            if !host.isEmpty { json.member("host", host) }
            if !time.isEmpty { json.member("time", time) }
            if let reason { json.member("reason", reason) }
            if let output, !output.isEmpty { json.member("output", output) }
        }
        return [Attribute.origin: json.text]
    }

    private static func value(_ text: String) -> MessageAttribute {
        MessageAttribute(dataType: "String", value: .text(text))
    }

    private static func printable(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        let allowed = scalars.map { $0.isAllowedInMessages ? $0 : " " }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: allowed)
        return String(text)
    }
}

/// A handler's word that a message can never be handled.
struct Rejection: Sendable {
    let handler: String
    let reason: String
    /// The last of what it said besides.
    let output: String?
}
