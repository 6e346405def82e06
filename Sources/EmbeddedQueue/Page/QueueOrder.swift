import FoundationEssentials
import MessageHandling
import SQS

/// What a form of a queue's page asks for.
enum QueueOrder: String, Sendable {
    case send
    /// Deletes one message.
    case discard
    case purge
    /// Deletes the queue.
    case delete
    case redrive
    /// Ends a redrive.
    case cancel

    /// Whether it is asked once more, on a page of its own: nothing brings back what it deletes.
    var isQuestioned: Bool {
        switch self {
        case .purge, .delete: true
        case .send, .discard, .redrive, .cancel: false
        }
    }

    /// What the page says when it is done.
    func notice(isFIFO: Bool) -> String {
        switch self {
        case .send:
            isFIFO
                ? "The message was sent. Where its deduplication id was there in the last five "
                    + "minutes, it is the message of then."
                : "The message was sent."
        case .discard: "The message is deleted."
        case .purge: "The queue is empty: all its messages are deleted."
        case .delete: "The queue is deleted."
        case .redrive: "The redrive has begun."
        case .cancel: "The redrive is cancelled. What was moved stays where it is."
        }
    }

    /// - Parameter arn: that of the queue.
    func request(
        _ form: FormFields, on place: QueuePlace, arn: String
    ) throws(StoreError) -> StoreRequest {
        switch self {
        case .send: .send(NewMessage(try Self.entry(form)), to: place.name)
        case .discard:
            .discard(
                MessageNumber(form["serial"].flatMap { UInt64($0) } ?? 0, id: form["id"] ?? ""),
                from: place.name)
        case .purge: .purge(place.name)
        case .delete: .deleteQueue(place.name)
        case .redrive:
            .startMove(
                from: arn, to: form.filled("destination"),
                rate: try form.number("rate", "MaxNumberOfMessagesPerSecond"))
        case .cancel: .cancelMove(id: form["task"] ?? "", from: arn)
        }
    }

    /// Nobody's text has the line breaks of forms: what was typed has those of Unix.
    private static func entry(_ form: FormFields) throws(StoreError) -> SendEntry {
        var attributes: [String: MessageAttribute] = [:]
        for field in SentAttribute.all(in: form) where !field.isEmpty {
            attributes[field.name] = try field.attribute()
        }
        return SendEntry(
            id: "", body: (form["body"] ?? "").replacing("\r\n", with: "\n"),
            attributes: attributes,
            delay: try form.number("delay", "DelaySeconds").map { .seconds($0) },
            groupID: form.filled("group"), deduplicationID: form.filled("deduplication"))
    }
}

/// A message attribute as somebody types it.
struct SentAttribute {
    var name = ""
    var type = "String"
    /// Base64 of a binary one.
    var value = ""

    var isEmpty: Bool { name.isEmpty && value.isEmpty }

    /// So many as a message may have.
    static func all(in form: FormFields) -> [SentAttribute] {
        (1...StoreLimits.messageAttributes).map { number in
            guard let fields = form.children["attribute"]?.children["\(number)"] else {
                return SentAttribute()
            }
            return SentAttribute(
                name: fields["name"] ?? "", type: fields["type"] ?? "",
                value: fields["value"] ?? "")
        }
    }

    fileprivate func attribute() throws(StoreError) -> MessageAttribute {
        guard type.hasPrefix("Binary") else {
            return MessageAttribute(dataType: type, value: .text(value))
        }
        guard let bytes = Data(base64Encoded: value) else {
            throw StoreError(
                .invalidParameterValue, "The value of the attribute \(name) is not base64.")
        }
        return MessageAttribute(dataType: type, value: .binary(Array(bytes)))
    }
}

extension FormFields {
    /// Nil where nothing was typed.
    fileprivate func filled(_ name: String) -> String? {
        self[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Nil where nothing was typed; the store looks at the range.
    fileprivate func number(_ name: String, _ parameter: String) throws(StoreError) -> Int? {
        guard let text = filled(name) else { return nil }
        guard let number = Int(text) else {
            throw .value(text, of: parameter, "It must be a number.")
        }
        return number
    }
}
