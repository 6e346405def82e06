import SQS

struct SendMessageCall: Call {
    let queueURL: String?
    let message: MessageJSON

    enum CodingKeys: String, CodingKey {
        case queueURL = "QueueUrl"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        queueURL = try container.decodeIfPresent(String.self, forKey: .queueURL)
        message = try MessageJSON(from: decoder)
    }

    func request() throws(StoreError) -> StoreRequest {
        let name = try QueueAddress.name(in: queueURL)
        return .send(try message.message(), to: name)
    }

    func write(_ answer: StoreAnswer, to json: inout JSONWriter, _ address: QueueAddress) {
        guard case .sent(let sent) = answer else { return }
        message.writeSent(sent, to: &json)
    }
}

struct ReceiveMessageCall: Call {
    let queueURL: String?
    /// The older name of `systemNames`, which most clients still use.
    let names: [String]?
    let systemNames: [String]?
    let messageNames: [String]?
    let maximumMessages: Int?
    let visibilityTimeout: Int?
    let waitTime: Int?
    let attemptID: String?

    enum CodingKeys: String, CodingKey {
        case queueURL = "QueueUrl"
        case names = "AttributeNames"
        case systemNames = "MessageSystemAttributeNames"
        case messageNames = "MessageAttributeNames"
        case maximumMessages = "MaxNumberOfMessages"
        case visibilityTimeout = "VisibilityTimeout"
        case waitTime = "WaitTimeSeconds"
        case attemptID = "ReceiveRequestAttemptId"
    }

    func request() throws(StoreError) -> StoreRequest {
        let name = try QueueAddress.name(in: queueURL)
        for name in allSystemNames where !MessageFilter.isKnown(name) {
            throw .unknownAttribute(name)
        }
        return .receive(
            StoreReceive(
                maximumMessages: maximumMessages ?? 1, waitTime: waitTime.map { .seconds($0) },
                visibilityTimeout: visibilityTimeout.map { .seconds($0) }, attemptID: attemptID),
            from: name)
    }

    func write(_ answer: StoreAnswer, to json: inout JSONWriter, _ address: QueueAddress) {
        // SQS leaves the list out where it is empty.
        guard case .received(let messages) = answer, !messages.isEmpty else { return }
        let filter = MessageFilter(system: allSystemNames, attributes: messageNames ?? [])
        json.name("Messages")
        json.array { json in
            for message in messages { filter.write(message, to: &json) }
        }
    }

    private var allSystemNames: [String] { (names ?? []) + (systemNames ?? []) }
}

struct DeleteMessageCall: Call {
    let queueURL: String?
    let receiptHandle: String?

    enum CodingKeys: String, CodingKey {
        case queueURL = "QueueUrl"
        case receiptHandle = "ReceiptHandle"
    }

    func request() throws(StoreError) -> StoreRequest {
        let name = try QueueAddress.name(in: queueURL)
        guard let receiptHandle else { throw .missing("ReceiptHandle") }
        return .delete(receiptHandle: receiptHandle, from: name)
    }
}

struct ChangeMessageVisibilityCall: Call {
    let queueURL: String?
    let receiptHandle: String?
    let timeout: Int?

    enum CodingKeys: String, CodingKey {
        case queueURL = "QueueUrl"
        case receiptHandle = "ReceiptHandle"
        case timeout = "VisibilityTimeout"
    }

    func request() throws(StoreError) -> StoreRequest {
        let name = try QueueAddress.name(in: queueURL)
        guard let receiptHandle else { throw .missing("ReceiptHandle") }
        guard let timeout else { throw .missing("VisibilityTimeout") }
        return .changeVisibility(
            receiptHandle: receiptHandle, timeout: .seconds(timeout), in: name)
    }
}
