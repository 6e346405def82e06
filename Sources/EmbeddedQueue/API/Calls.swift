import JSON
import SQS

/// A request as it was read: the operation's name and its parameters.
struct NamedCall: Sendable {
    let name: String
    let call: any Call
    /// Nil where neither a URL nor an ARN in it names one.
    let region: String?

    init(_ name: String, _ call: any Call.Type, _ parameters: Parameter) throws(StoreError) {
        self.name = name
        self.call = try call.init(parameters)
        region = RequestRegion.named(in: parameters)
    }
}

/// What a request's head says of the call.
struct CallHead: Sendable {
    let method: String
    /// The path and the query of its URL, as they came.
    let target: String
    /// The header `X-Amz-Target`, which the JSON protocol has.
    let jsonTarget: String?
    let contentType: String?

    var path: String { String(target.prefix { $0 != "?" }) }
    var query: Substring { target.drop { $0 != "?" }.dropFirst() }
}

/// The operations by their names.
enum Calls {
    static let target = "AmazonSQS."
    /// Twenty times what a batch of ten with ten attributes each has.
    private static let mostValues = 10_000

    private static let served: [String: any Call.Type] = [
        "AddPermission": AddPermissionCall.self,
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
        "RemovePermission": RemovePermissionCall.self,
        "SendMessage": SendMessageCall.self,
        "SendMessageBatch": SendMessageBatchCall.self,
        "SetQueueAttributes": SetQueueAttributesCall.self,
        "StartMessageMoveTask": StartMessageMoveTaskCall.self,
        "TagQueue": TagQueueCall.self,
        "UntagQueue": UntagQueueCall.self,
    ]

    static func read(
        _ head: CallHead, _ wire: Wire, body: [UInt8]
    ) throws(StoreError) -> NamedCall {
        switch wire {
        case .json: try readJSON(target: head.jsonTarget, body: body)
        case .query: try readQuery(head, body: body)
        }
    }

    private static func readJSON(
        target: String?, body: [UInt8]
    ) throws(StoreError) -> NamedCall {
        guard let target else {
            throw StoreError(
                .unknownOperation,
                """
                The header X-Amz-Target is missing, by which the AWS JSON protocol names the \
                operation; the query protocol sends a form with an Action.
                """)
        }
        let name = target.hasPrefix(Self.target) ? String(target.dropFirst(Self.target.count)) : ""
        guard let call = served[name] else { throw .unknownAction(target) }
        return try NamedCall(name, call, Parameter(request: try document(body)))
    }

    private static func document(_ body: [UInt8]) throws(StoreError) -> JSONValue {
        let text = body.isEmpty ? Array("{}".utf8) : body
        do throws(JSONError) {
            // A message must not be stored as another than was sent.
            let document = try JSONValue(parsing: text, takesHalves: false, most: mostValues)
            if case .object = document { return document }
        } catch {
            if error.isLimit {
                throw StoreError(.serialization, "The request has \(error.problem).")
            }
        }
        throw StoreError(.serialization, "The request is not a JSON object.")
    }

    private static func readQuery(
        _ head: CallHead, body: [UInt8]
    ) throws(StoreError) -> NamedCall {
        var fields = FormFields()
        try fields.add(body)
        try fields.add(Array(head.query.utf8))
        guard let name = fields["Action"] else {
            throw StoreError(
                .unknownOperation,
                """
                The request names no operation, neither with an Action in a form or in the URL \
                nor with the header X-Amz-Target.
                """)
        }
        guard let call = served[name] else { throw .unknownAction(name) }
        let parameters = try QueryRequest.parameters(fields, operation: name, path: head.path)
        return try NamedCall(name, call, parameters)
    }
}

extension StoreError {
    fileprivate static func unknownAction(_ name: String) -> StoreError {
        StoreError(.unknownOperation, "The action \(name) is not valid for this endpoint.")
    }
}
