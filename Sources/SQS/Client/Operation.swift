/// The operations that the client calls, as the service model 2012-11-05 names them.
enum Operation: String {
    case getQueueURL = "GetQueueUrl"
    case getQueueAttributes = "GetQueueAttributes"
    case setQueueAttributes = "SetQueueAttributes"
    case receiveMessage = "ReceiveMessage"
    case deleteMessage = "DeleteMessage"
    case deleteMessageBatch = "DeleteMessageBatch"
    case changeMessageVisibility = "ChangeMessageVisibility"
    case changeMessageVisibilityBatch = "ChangeMessageVisibilityBatch"
    case sendMessage = "SendMessage"
    case sendMessageBatch = "SendMessageBatch"
    case createQueue = "CreateQueue"
    case listQueues = "ListQueues"
    case purgeQueue = "PurgeQueue"

    /// The `X-Amz-Target` header.
    var target: String { "AmazonSQS." + rawValue }

    /// The action that a policy must allow: that of the single form, for a batch.
    var policyAction: String {
        "sqs:" + (rawValue.hasSuffix("Batch") ? String(rawValue.dropLast(5)) : rawValue)
    }
}
