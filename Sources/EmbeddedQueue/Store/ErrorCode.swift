/// The error codes that the embedded queue answers, named as the service model 2012-11-05 names
/// them.
///
/// The last five are no part of that model: they are what any AWS service answers.
package enum ErrorCode: String, Sendable, CaseIterable {
    case batchEntryIDsNotDistinct = "BatchEntryIdsNotDistinct"
    case batchRequestTooLong = "BatchRequestTooLong"
    case emptyBatchRequest = "EmptyBatchRequest"
    case invalidAddress = "InvalidAddress"
    case invalidAttributeName = "InvalidAttributeName"
    case invalidAttributeValue = "InvalidAttributeValue"
    case invalidBatchEntryID = "InvalidBatchEntryId"
    case invalidMessageContents = "InvalidMessageContents"
    case messageNotInflight = "MessageNotInflight"
    case overLimit = "OverLimit"
    case purgeQueueInProgress = "PurgeQueueInProgress"
    case queueDeletedRecently = "QueueDeletedRecently"
    case queueDoesNotExist = "QueueDoesNotExist"
    case queueNameExists = "QueueNameExists"
    case receiptHandleIsInvalid = "ReceiptHandleIsInvalid"
    case tooManyEntriesInBatchRequest = "TooManyEntriesInBatchRequest"
    case unsupportedOperation = "UnsupportedOperation"
    case invalidParameterValue = "InvalidParameterValueException"
    case missingParameter = "MissingRequiredParameterException"
    case requestTooLarge = "RequestEntityTooLargeException"
    case serialization = "SerializationException"
    case unknownOperation = "UnknownOperationException"
}

extension ErrorCode {
    /// The `__type` of a JSON answer: the shape's name in its namespace.
    package var typeName: String {
        switch self {
        case .invalidParameterValue, .missingParameter, .requestTooLarge, .serialization,
            .unknownOperation:
            "com.amazon.coral.service#" + rawValue
        default: "com.amazonaws.sqs#" + rawValue
        }
    }

    /// The spelling of the older query protocol, which clients of the JSON protocol still read from
    /// `x-amzn-query-error` and from the failed entries of a batch.
    package var queryCode: String {
        switch self {
        case .batchEntryIDsNotDistinct, .batchRequestTooLong, .emptyBatchRequest,
            .invalidBatchEntryID, .messageNotInflight, .purgeQueueInProgress,
            .queueDeletedRecently, .tooManyEntriesInBatchRequest, .unsupportedOperation:
            "AWS.SimpleQueueService." + rawValue
        case .queueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue"
        case .queueNameExists: "QueueAlreadyExists"
        case .invalidParameterValue: "InvalidParameterValue"
        case .missingParameter: "MissingParameter"
        case .requestTooLarge: "RequestEntityTooLarge"
        case .serialization: "MalformedInput"
        case .unknownOperation: "InvalidAction"
        default: rawValue
        }
    }

    /// The HTTP status of an answer with this error.
    package var status: Int {
        switch self {
        case .overLimit, .purgeQueueInProgress: 403
        case .invalidAddress, .receiptHandleIsInvalid: 404
        case .requestTooLarge: 413
        default: 400
        }
    }
}
