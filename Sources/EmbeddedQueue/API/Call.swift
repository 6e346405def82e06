import JSON
import SQS

/// One operation of the API: its parameters as JSON carries them, its request of the store, and its
/// answer as JSON.
protocol Call: Sendable {
    init(_ parameters: Parameter) throws(StoreError)

    func request() throws(StoreError) -> StoreRequest

    /// Writes the members of the answer's object.
    func write(_ answer: StoreAnswer, to json: inout JSONWriter, _ address: QueueAddress)
}

extension Call {
    /// Most operations answer an empty object.
    func write(_ answer: StoreAnswer, to json: inout JSONWriter, _ address: QueueAddress) {}
}

/// The operations by the name that `X-Amz-Target` gives after `AmazonSQS.`.
enum Calls {
    static let target = "AmazonSQS."

    private static let served: [String: any Call.Type] = [
        "CancelMessageMoveTask": CancelMessageMoveTaskCall.self,
        "ChangeMessageVisibility": ChangeMessageVisibilityCall.self,
        "ChangeMessageVisibilityBatch": ChangeMessageVisibilityBatchCall.self,
        "CreateQueue": CreateQueueCall.self,
        "DeleteMessage": DeleteMessageCall.self,
        "DeleteMessageBatch": DeleteMessageBatchCall.self,
        "DeleteQueue": DeleteQueueCall.self,
        "GetQueueAttributes": GetQueueAttributesCall.self,
        "GetQueueUrl": GetQueueURLCall.self,
        "ListDeadLetterSourceQueues": ListDeadLetterSourceQueuesCall.self,
        "ListMessageMoveTasks": ListMessageMoveTasksCall.self,
        "ListQueueTags": ListQueueTagsCall.self,
        "ListQueues": ListQueuesCall.self,
        "PurgeQueue": PurgeQueueCall.self,
        "ReceiveMessage": ReceiveMessageCall.self,
        "SendMessage": SendMessageCall.self,
        "SendMessageBatch": SendMessageBatchCall.self,
        "SetQueueAttributes": SetQueueAttributesCall.self,
        "StartMessageMoveTask": StartMessageMoveTaskCall.self,
        "TagQueue": TagQueueCall.self,
        "UntagQueue": UntagQueueCall.self,
    ]

    /// Operations of SQS that this server does not have.
    private static let unserved: Set<String> = ["AddPermission", "RemovePermission"]

    /// Reads a request of the JSON protocol.
    static func read(target: String?, body: [UInt8]) throws(StoreError) -> any Call {
        guard let target else {
            throw StoreError(
                .unknownOperation,
                """
                The header X-Amz-Target is missing: this server speaks the AWS JSON 1.0 protocol, \
                not the older query protocol. Use a client from 2024 or later.
                """)
        }
        let name = target.hasPrefix(Self.target) ? String(target.dropFirst(Self.target.count)) : ""
        guard !unserved.contains(name) else {
            throw StoreError(
                .unsupportedOperation, "The embedded queue does not support \(name).")
        }
        guard let call = served[name] else {
            throw StoreError(
                .unknownOperation, "The action \(target) is not valid for this endpoint.")
        }
        // A message must not be stored as another than was sent.
        let text = body.isEmpty ? Array("{}".utf8) : body
        guard let request = try? JSONValue(parsing: text, takesHalves: false),
            case .object = request
        else { throw StoreError(.serialization, "The request is not a JSON object.") }
        return try call.init(Parameter(request: request))
    }
}
