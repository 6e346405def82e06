import FoundationEssentials
import JSON
import MessageHandling

/// What ReceiveMessage answered, divided into what may be handled and what may not.
///
/// A digest that is missing, or of nothing, is not checked: some compatible servers leave them out.
struct ReceiveAnswer {
    private(set) var sound: [Message] = []
    private(set) var withheld: [CorruptedMessage] = []
    private let queue: Queue
    private let isFIFO: Bool
    private var blockedGroups: Set<String?> = []

    fileprivate init(from queue: Queue) {
        self.queue = queue
        isFIFO = queue.isFIFO
        sound.reserveCapacity(10)
    }

    fileprivate mutating func add(_ entry: Entry) {
        var fault = entry.fault
        let group = isFIFO || fault != nil ? entry.systemAttributes["MessageGroupId"] : nil
        // Without its group's name a damaged message may be of any group.
        if isFIFO, fault == nil, blockedGroups.contains(group) || blockedGroups.contains(nil) {
            fault = .behindAnother
        }
        if let fault {
            withheld.append(CorruptedMessage(queueURL: queue.url, id: entry.id, reason: fault))
            blockedGroups.insert(group)
        } else {
            sound.append(entry.message(in: queue))
        }
    }
}

/// A message as it stands in the answer, not yet checked.
private struct Entry {
    var id = ""
    var receiptHandle = ""
    var body: String?
    var systemAttributes = SystemAttributes()
    var attributes: [String: MessageAttribute] = [:]
    /// Whether a binary value is not base64: its message is damaged, not the whole answer.
    var hasUnreadableAttribute = false
    var bodyDigest: String?
    var attributesDigest: String?

    var fault: CorruptedMessage.Reason? {
        guard !id.isEmpty, !receiptHandle.isEmpty, let body else { return .incomplete }
        if let bodyDigest, !MessageDigests.matches(bodyDigest, body) { return .body }
        if hasUnreadableAttribute { return .attributes }
        if let attributesDigest, attributesDigest != MessageDigests.attributes(attributes) {
            return .attributes
        }
        return nil
    }

    func message(in queue: Queue) -> Message {
        var digests: ContentDigests?
        if let bodyDigest, attributes.isEmpty || attributesDigest != nil {
            digests = ContentDigests(body: bodyDigest, attributes: attributesDigest)
        }
        return Message(
            id: id, receiptHandle: receiptHandle, body: body ?? "", attributes: attributes,
            system: systemAttributes, queue: queue, digests: digests)
    }
}

extension JSONReader {
    /// The answer of ReceiveMessage.
    mutating func received(from queue: Queue) throws(JSONError) -> ReceiveAnswer {
        var answer = ReceiveAnswer(from: queue)
        try object { (reader, name) throws(JSONError) in
            guard name == "Messages" else { return try reader.skip() }
            try reader.array { (reader) throws(JSONError) in
                answer.add(try reader.entry())
            }
        }
        return answer
    }

    private mutating func entry() throws(JSONError) -> Entry {
        var entry = Entry()
        try object { (reader, name) throws(JSONError) in
            switch name {
            case "MessageId": entry.id = try reader.text() ?? ""
            case "ReceiptHandle": entry.receiptHandle = try reader.text() ?? ""
            case "Body": entry.body = try reader.text()
            case "MD5OfBody": entry.bodyDigest = try reader.digest()
            case "MD5OfMessageAttributes": entry.attributesDigest = try reader.digest()
            case "Attributes": entry.systemAttributes = try reader.systemAttributes()
            case "MessageAttributes":
                try reader.object { (reader, name) throws(JSONError) in
                    let attribute = try reader.attribute()
                    entry.attributes[name.text] = attribute
                    if attribute == nil { entry.hasUnreadableAttribute = true }
                }
            default: try reader.skip()
            }
        }
        return entry
    }

    /// nil where it cannot be read.
    private mutating func attribute() throws(JSONError) -> MessageAttribute? {
        var dataType = ""
        var value: MessageAttribute.Value?
        try object { (reader, name) throws(JSONError) in
            switch name {
            case "DataType": dataType = try reader.text() ?? ""
            case "StringValue":
                if let text = try reader.text() { value = .text(text) }
            case "BinaryValue":
                guard let text = try reader.text() else { return }
                value = Data(base64Encoded: text).map { .binary(Array($0)) }
            default: try reader.skip()
            }
        }
        return value.map { MessageAttribute(dataType: dataType, value: $0) }
    }
}
