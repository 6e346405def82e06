import FoundationEssentials
import JSON
import SQS

struct StartMessageMoveTaskCall: Call {
    let sourceARN: String?
    let destinationARN: String?
    let rate: Int?

    init(_ parameters: Parameter) throws(StoreError) {
        sourceARN = try parameters["SourceArn"]?.text()
        destinationARN = try parameters["DestinationArn"]?.text()
        rate = try parameters["MaxNumberOfMessagesPerSecond"]?.integer()
    }

    func request() throws(StoreError) -> StoreRequest {
        guard let sourceARN else { throw .missing("SourceArn") }
        return .startMove(from: sourceARN, to: destinationARN, rate: rate)
    }

    func write(_ answer: StoreAnswer, to json: inout JSONWriter, _ address: QueueAddress) {
        guard case .moveStarted(let task) = answer else { return }
        json.member("TaskHandle", MoveTaskHandle(task).text)
    }
}

struct ListMessageMoveTasksCall: Call {
    let sourceARN: String?
    let maximum: Int?

    init(_ parameters: Parameter) throws(StoreError) {
        sourceARN = try parameters["SourceArn"]?.text()
        maximum = try parameters["MaxResults"]?.integer()
    }

    func request() throws(StoreError) -> StoreRequest {
        guard let sourceARN else { throw .missing("SourceArn") }
        return .listMoves(from: sourceARN, maximum: maximum)
    }

    func write(_ answer: StoreAnswer, to json: inout JSONWriter, _ address: QueueAddress) {
        guard case .moves(let tasks) = answer else { return }
        json.name("Results")
        json.array { json in
            for task in tasks { json.object { task.write(to: &$0) } }
        }
    }
}

struct CancelMessageMoveTaskCall: Call {
    let handle: String?

    init(_ parameters: Parameter) throws(StoreError) {
        handle = try parameters["TaskHandle"]?.text()
    }

    func request() throws(StoreError) -> StoreRequest {
        guard let handle else { throw .missing("TaskHandle") }
        let task = try MoveTaskHandle(handle)
        return .cancelMove(id: task.id, from: task.sourceARN)
    }

    func write(_ answer: StoreAnswer, to json: inout JSONWriter, _ address: QueueAddress) {
        guard case .moveCancelled(let moved) = answer else { return }
        json.member("ApproximateNumberOfMessagesMoved", moved)
    }
}

/// A task as clients name it: base64 of its id and its queue in JSON, which is the service's form.
struct MoveTaskHandle {
    let id: String
    let sourceARN: String

    init(_ task: MessageMove) {
        id = task.id
        sourceARN = task.sourceARN
    }

    init(_ text: String) throws(StoreError) {
        do {
            let json = Data(base64Encoded: text).map(Array.init) ?? []
            let parts = Parameter(request: try JSONValue(parsing: json, takesHalves: false))
            guard let id = try parts["taskId"]?.text(), let arn = try parts["sourceArn"]?.text()
            else { throw StoreError.missing("TaskHandle") }
            self.id = id
            sourceARN = arn
        } catch {
            throw StoreError(.invalidParameterValue, "Value for parameter TaskHandle is invalid.")
        }
    }

    var text: String {
        var json = JSONWriter()
        json.object { json in
            json.member("taskId", id)
            json.member("sourceArn", sourceARN)
        }
        return Data(json.bytes).base64EncodedString()
    }
}

extension MessageMove {
    fileprivate func write(to json: inout JSONWriter) {
        // Only a running task can be cancelled, so that only this one needs its handle.
        if status == .running { json.member("TaskHandle", MoveTaskHandle(self).text) }
        json.member("Status", statusText)
        json.member("SourceArn", sourceARN)
        if let destinationARN { json.member("DestinationArn", destinationARN) }
        if let rate { json.member("MaxNumberOfMessagesPerSecond", rate) }
        json.member("ApproximateNumberOfMessagesMoved", moved)
        json.member("ApproximateNumberOfMessagesToMove", toMove)
        if case .failed(let reason) = status { json.member("FailureReason", reason) }
        json.member("StartedTimestamp", Int(startedAt.milliseconds))
    }

    private var statusText: String {
        switch status {
        case .running: "RUNNING"
        case .completed: "COMPLETED"
        case .cancelled: "CANCELLED"
        case .failed: "FAILED"
        }
    }
}
