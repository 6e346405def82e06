import JSON
import SQS

struct SendMessageBatchCall: Call {
    let queueURL: String?
    let entries: [SendEntryJSON]?

    init(_ parameters: Parameter) throws(StoreError) {
        queueURL = try parameters["QueueUrl"]?.text()
        entries = try parameters["Entries"]?.list(of: SendEntryJSON.init)
    }

    func request() throws(StoreError) -> StoreRequest {
        let name = try QueueAddress.name(in: queueURL)
        var messages: [NewMessage] = []
        for entry in entries ?? [] { messages.append(try entry.message()) }
        return .sendBatch(messages, to: name)
    }

    func write(_ answer: StoreAnswer, to json: inout JSONWriter, _ address: QueueAddress) {
        guard case .sentBatch(let answers) = answer else { return }
        let entries = (entries ?? []).reduce(into: [:]) { $0[$1.id ?? ""] = $1 }
        json.batch(answers) { id, sent, json in
            json.member("Id", id)
            entries[id]?.writeSent(sent, to: &json)
        }
    }
}

struct DeleteMessageBatchCall: Call {
    struct Entry: Sendable {
        let id: String?
        let receiptHandle: String?

        init(_ parameters: Parameter) throws(StoreError) {
            id = try parameters["Id"]?.text()
            receiptHandle = try parameters["ReceiptHandle"]?.text()
        }
    }

    let queueURL: String?
    let entries: [Entry]?

    init(_ parameters: Parameter) throws(StoreError) {
        queueURL = try parameters["QueueUrl"]?.text()
        entries = try parameters["Entries"]?.list(of: Entry.init)
    }

    func request() throws(StoreError) -> StoreRequest {
        let name = try QueueAddress.name(in: queueURL)
        return .deleteBatch(
            (entries ?? []).map {
                DeleteEntry(id: $0.id ?? "", receiptHandle: $0.receiptHandle ?? "")
            },
            from: name)
    }

    func write(_ answer: StoreAnswer, to json: inout JSONWriter, _ address: QueueAddress) {
        if case .batch(let answers) = answer { json.batch(answers) }
    }
}

struct ChangeMessageVisibilityBatchCall: Call {
    struct Entry: Sendable {
        let id: String?
        let receiptHandle: String?
        let timeout: Int?

        init(_ parameters: Parameter) throws(StoreError) {
            id = try parameters["Id"]?.text()
            receiptHandle = try parameters["ReceiptHandle"]?.text()
            timeout = try parameters["VisibilityTimeout"]?.integer()
        }
    }

    let queueURL: String?
    let entries: [Entry]?

    init(_ parameters: Parameter) throws(StoreError) {
        queueURL = try parameters["QueueUrl"]?.text()
        entries = try parameters["Entries"]?.list(of: Entry.init)
    }

    func request() throws(StoreError) -> StoreRequest {
        let name = try QueueAddress.name(in: queueURL)
        var changes: [VisibilityEntry] = []
        for entry in entries ?? [] {
            guard let timeout = entry.timeout else { throw .missing("VisibilityTimeout") }
            changes.append(
                VisibilityEntry(
                    id: entry.id ?? "", receiptHandle: entry.receiptHandle ?? "",
                    timeout: .seconds(timeout)))
        }
        return .changeVisibilityBatch(changes, in: name)
    }

    func write(_ answer: StoreAnswer, to json: inout JSONWriter, _ address: QueueAddress) {
        if case .batch(let answers) = answer { json.batch(answers) }
    }
}

extension JSONWriter {
    fileprivate mutating func batch(_ answers: [EntryAnswer<Void>]) {
        batch(answers) { id, _, json in json.member("Id", id) }
    }

    /// SQS leaves out the list that is empty.
    fileprivate mutating func batch<Success>(
        _ answers: [EntryAnswer<Success>],
        _ writeSuccess: (String, Success, inout JSONWriter) -> Void
    ) {
        var failures: [(id: String, error: StoreError)] = []
        var successes: [(id: String, success: Success)] = []
        for answer in answers {
            switch answer.result {
            case .success(let success): successes.append((answer.id, success))
            case .failure(let error): failures.append((answer.id, error))
            }
        }
        list("Successful", successes) { writeSuccess($0.id, $0.success, &$1) }
        list("Failed", failures) { failure, json in
            json.member("Id", failure.id)
            json.name("SenderFault")
            json.boolean(true)
            json.member("Code", failure.error.code.queryCode)
            json.member("Message", failure.error.message)
        }
    }

    private mutating func list<Entry>(
        _ name: String, _ entries: [Entry], _ write: (Entry, inout JSONWriter) -> Void
    ) {
        guard !entries.isEmpty else { return }
        self.name(name)
        array { json in
            for entry in entries { json.object { write(entry, &$0) } }
        }
    }
}
