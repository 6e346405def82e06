import JSON
import SQS

struct SendMessageCall: Call {
    let queueURL: String?
    let message: SendEntryJSON

    init(_ parameters: Parameter) throws(StoreError) {
        queueURL = try parameters["QueueUrl"]?.text()
        message = try SendEntryJSON(parameters)
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

    init(_ parameters: Parameter) throws(StoreError) {
        queueURL = try parameters["QueueUrl"]?.text()
        names = try parameters["AttributeNames"]?.texts()
        systemNames = try parameters["MessageSystemAttributeNames"]?.texts()
        messageNames = try parameters["MessageAttributeNames"]?.texts()
        maximumMessages = try parameters["MaxNumberOfMessages"]?.integer()
        visibilityTimeout = try parameters["VisibilityTimeout"]?.integer()
        waitTime = try parameters["WaitTimeSeconds"]?.integer()
        attemptID = try parameters["ReceiveRequestAttemptId"]?.text()
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

    init(_ parameters: Parameter) throws(StoreError) {
        queueURL = try parameters["QueueUrl"]?.text()
        receiptHandle = try parameters["ReceiptHandle"]?.text()
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

    init(_ parameters: Parameter) throws(StoreError) {
        queueURL = try parameters["QueueUrl"]?.text()
        receiptHandle = try parameters["ReceiptHandle"]?.text()
        timeout = try parameters["VisibilityTimeout"]?.integer()
    }

    func request() throws(StoreError) -> StoreRequest {
        let name = try QueueAddress.name(in: queueURL)
        guard let receiptHandle else { throw .missing("ReceiptHandle") }
        guard let timeout else { throw .missing("VisibilityTimeout") }
        return .changeVisibility(
            receiptHandle: receiptHandle, timeout: .seconds(timeout), in: name)
    }
}
