/// The operations that the client calls, as the service model 2012-11-05 names them.
enum Operation: String {
    case getQueueURL = "GetQueueUrl"
    case getQueueAttributes = "GetQueueAttributes"
    case receiveMessage = "ReceiveMessage"
    case deleteMessageBatch = "DeleteMessageBatch"
    case changeMessageVisibilityBatch = "ChangeMessageVisibilityBatch"
    case sendMessageBatch = "SendMessageBatch"
    case listQueues = "ListQueues"
    case listDeadLetterSourceQueues = "ListDeadLetterSourceQueues"
    case startMessageMoveTask = "StartMessageMoveTask"
    case listMessageMoveTasks = "ListMessageMoveTasks"
    case cancelMessageMoveTask = "CancelMessageMoveTask"
    case purgeQueue = "PurgeQueue"

    /// The `X-Amz-Target` header.
    var target: String {
        switch self {
        case .getQueueURL: "AmazonSQS.GetQueueUrl"
        case .getQueueAttributes: "AmazonSQS.GetQueueAttributes"
        case .receiveMessage: "AmazonSQS.ReceiveMessage"
        case .deleteMessageBatch: "AmazonSQS.DeleteMessageBatch"
        case .changeMessageVisibilityBatch: "AmazonSQS.ChangeMessageVisibilityBatch"
        case .sendMessageBatch: "AmazonSQS.SendMessageBatch"
        case .listQueues: "AmazonSQS.ListQueues"
        case .listDeadLetterSourceQueues: "AmazonSQS.ListDeadLetterSourceQueues"
        case .startMessageMoveTask: "AmazonSQS.StartMessageMoveTask"
        case .listMessageMoveTasks: "AmazonSQS.ListMessageMoveTasks"
        case .cancelMessageMoveTask: "AmazonSQS.CancelMessageMoveTask"
        case .purgeQueue: "AmazonSQS.PurgeQueue"
        }
    }

    /// The action that a policy must allow: that of the single form, for a batch.
    var policyAction: String {
        "sqs:" + (rawValue.hasSuffix("Batch") ? String(rawValue.dropLast(5)) : rawValue)
    }
}
