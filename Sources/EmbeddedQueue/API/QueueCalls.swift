import JSON
import SQS

struct CreateQueueCall: Call {
    let queueName: String?
    let attributes: [String: String]?
    let tags: [String: String]?

    init(_ parameters: Parameter) throws(StoreError) {
        queueName = try parameters["QueueName"]?.text()
        attributes = try parameters["Attributes"]?.textMap()
        tags = try parameters["tags"]?.textMap()
    }

    func request() throws(StoreError) -> StoreRequest {
        guard let queueName else { throw .missing("QueueName") }
        return .createQueue(
            name: queueName, settings: try QueueAttributes.settings(attributes ?? [:]),
            tags: tags ?? [:])
    }

    func write(_ answer: StoreAnswer, to json: inout JSONWriter, _ address: QueueAddress) {
        json.queueURL(answer, address)
    }
}

struct GetQueueURLCall: Call {
    let queueName: String?

    init(_ parameters: Parameter) throws(StoreError) {
        queueName = try parameters["QueueName"]?.text()
    }

    func request() throws(StoreError) -> StoreRequest {
        guard let queueName else { throw .missing("QueueName") }
        return .findQueue(queueName)
    }

    func write(_ answer: StoreAnswer, to json: inout JSONWriter, _ address: QueueAddress) {
        json.queueURL(answer, address)
    }
}

struct DeleteQueueCall: Call {
    let queueURL: String?

    init(_ parameters: Parameter) throws(StoreError) {
        queueURL = try parameters["QueueUrl"]?.text()
    }

    func request() throws(StoreError) -> StoreRequest {
        .deleteQueue(try QueueAddress.name(in: queueURL))
    }
}

struct PurgeQueueCall: Call {
    let queueURL: String?

    init(_ parameters: Parameter) throws(StoreError) {
        queueURL = try parameters["QueueUrl"]?.text()
    }

    func request() throws(StoreError) -> StoreRequest {
        .purge(try QueueAddress.name(in: queueURL))
    }
}

struct ListQueuesCall: Call {
    let prefix: String?
    let maximum: Int?
    let token: String?

    init(_ parameters: Parameter) throws(StoreError) {
        prefix = try parameters["QueueNamePrefix"]?.text()
        maximum = try parameters["MaxResults"]?.integer()
        token = try parameters["NextToken"]?.text()
    }

    func request() throws(StoreError) -> StoreRequest {
        .listQueues(prefix: prefix ?? "", page: PageRequest(maximum: maximum, token: token))
    }

    func write(_ answer: StoreAnswer, to json: inout JSONWriter, _ address: QueueAddress) {
        // SQS leaves the list out where it is empty.
        guard case .queues(let page) = answer, !page.names.isEmpty else { return }
        json.page(page, named: "QueueUrls", address)
    }
}

struct ListDeadLetterSourceQueuesCall: Call {
    let queueURL: String?
    let maximum: Int?
    let token: String?

    init(_ parameters: Parameter) throws(StoreError) {
        queueURL = try parameters["QueueUrl"]?.text()
        maximum = try parameters["MaxResults"]?.integer()
        token = try parameters["NextToken"]?.text()
    }

    func request() throws(StoreError) -> StoreRequest {
        .listDeadLetterSources(
            of: try QueueAddress.name(in: queueURL),
            page: PageRequest(maximum: maximum, token: token))
    }

    func write(_ answer: StoreAnswer, to json: inout JSONWriter, _ address: QueueAddress) {
        // A required member of the answer, spelled with a small letter in the service model.
        if case .queues(let page) = answer { json.page(page, named: "queueUrls", address) }
    }
}

struct GetQueueAttributesCall: Call {
    let queueURL: String?
    let names: [String]?

    init(_ parameters: Parameter) throws(StoreError) {
        queueURL = try parameters["QueueUrl"]?.text()
        names = try parameters["AttributeNames"]?.texts()
    }

    func request() throws(StoreError) -> StoreRequest {
        for name in names ?? [] where !QueueAttributes.isKnown(name) {
            throw .unknownAttribute(name)
        }
        return .describeQueue(try QueueAddress.name(in: queueURL))
    }

    func write(_ answer: StoreAnswer, to json: inout JSONWriter, _ address: QueueAddress) {
        guard case .description(let queue) = answer, let names, !names.isEmpty else { return }
        let wanted = QueueAttributes.text(queue).filter { attribute in
            names.contains("All") || names.contains(attribute.name)
        }
        json.name("Attributes")
        json.object { json in
            for attribute in wanted { json.member(attribute.name, attribute.value) }
        }
    }
}

struct SetQueueAttributesCall: Call {
    let queueURL: String?
    let attributes: [String: String]?

    init(_ parameters: Parameter) throws(StoreError) {
        queueURL = try parameters["QueueUrl"]?.text()
        attributes = try parameters["Attributes"]?.textMap()
    }

    func request() throws(StoreError) -> StoreRequest {
        guard let attributes else { throw .missing("Attributes") }
        return .changeSettings(
            of: try QueueAddress.name(in: queueURL), try QueueAttributes.settings(attributes))
    }
}

struct TagQueueCall: Call {
    let queueURL: String?
    let tags: [String: String]?

    init(_ parameters: Parameter) throws(StoreError) {
        queueURL = try parameters["QueueUrl"]?.text()
        tags = try parameters["Tags"]?.textMap()
    }

    func request() throws(StoreError) -> StoreRequest {
        guard let tags, !tags.isEmpty else { throw .missing("Tags") }
        return .tag(try QueueAddress.name(in: queueURL), tags)
    }
}

struct UntagQueueCall: Call {
    let queueURL: String?
    let keys: [String]?

    init(_ parameters: Parameter) throws(StoreError) {
        queueURL = try parameters["QueueUrl"]?.text()
        keys = try parameters["TagKeys"]?.texts()
    }

    func request() throws(StoreError) -> StoreRequest {
        guard let keys, !keys.isEmpty else { throw .missing("TagKeys") }
        return .untag(try QueueAddress.name(in: queueURL), keys)
    }
}

struct ListQueueTagsCall: Call {
    let queueURL: String?

    init(_ parameters: Parameter) throws(StoreError) {
        queueURL = try parameters["QueueUrl"]?.text()
    }

    func request() throws(StoreError) -> StoreRequest {
        .listTags(try QueueAddress.name(in: queueURL))
    }

    func write(_ answer: StoreAnswer, to json: inout JSONWriter, _ address: QueueAddress) {
        guard case .tags(let tags) = answer, !tags.isEmpty else { return }
        json.member("Tags", tags)
    }
}

extension JSONWriter {
    fileprivate mutating func queueURL(_ answer: StoreAnswer, _ address: QueueAddress) {
        if case .queue(let name) = answer { member("QueueUrl", address.url(of: name)) }
    }

    fileprivate mutating func page(
        _ page: NamePage, named list: String, _ address: QueueAddress
    ) {
        name(list)
        array { json in
            for name in page.names { json.string(address.url(of: name)) }
        }
        if let token = page.nextToken { member("NextToken", token) }
    }
}
