/// The error codes of Amazon SQS, in both spellings, with what a client is to do about them.
///
/// One table for who reads them (`SQSClient`) and who writes them (the embedded queue). The first
/// part are the errors of the service model 2012-11-05, with its names and its `awsQueryError`
/// codes and statuses; the second part what any AWS service answers and a queue server needs too.
package enum SQSErrorCode: String, Sendable, CaseIterable {
    case batchEntryIDsNotDistinct = "BatchEntryIdsNotDistinct"
    case batchRequestTooLong = "BatchRequestTooLong"
    case emptyBatchRequest = "EmptyBatchRequest"
    case invalidAddress = "InvalidAddress"
    case invalidAttributeName = "InvalidAttributeName"
    case invalidAttributeValue = "InvalidAttributeValue"
    case invalidBatchEntryID = "InvalidBatchEntryId"
    case invalidIDFormat = "InvalidIdFormat"
    case invalidMessageContents = "InvalidMessageContents"
    case invalidSecurity = "InvalidSecurity"
    case kmsAccessDenied = "KmsAccessDenied"
    case kmsDisabled = "KmsDisabled"
    case kmsInvalidKeyUsage = "KmsInvalidKeyUsage"
    case kmsInvalidState = "KmsInvalidState"
    case kmsNotFound = "KmsNotFound"
    case kmsOptInRequired = "KmsOptInRequired"
    case kmsThrottled = "KmsThrottled"
    case messageNotInflight = "MessageNotInflight"
    case overLimit = "OverLimit"
    case purgeQueueInProgress = "PurgeQueueInProgress"
    case queueDeletedRecently = "QueueDeletedRecently"
    case queueDoesNotExist = "QueueDoesNotExist"
    case queueNameExists = "QueueNameExists"
    case receiptHandleIsInvalid = "ReceiptHandleIsInvalid"
    case requestThrottled = "RequestThrottled"
    case resourceNotFound = "ResourceNotFoundException"
    case tooManyEntriesInBatchRequest = "TooManyEntriesInBatchRequest"
    case unsupportedOperation = "UnsupportedOperation"

    case accessDenied = "AccessDeniedException"
    case internalFailure = "InternalFailure"
    case invalidParameterValue = "InvalidParameterValueException"
    case missingParameter = "MissingRequiredParameterException"
    case requestTooLarge = "RequestEntityTooLargeException"
    case serialization = "SerializationException"
    case unknownOperation = "UnknownOperationException"
}

extension SQSErrorCode {
    /// The `__type` of a JSON answer: the shape's name in its namespace.
    package var typeName: String {
        switch self {
        case .accessDenied, .internalFailure, .invalidParameterValue, .missingParameter,
            .requestTooLarge, .serialization, .unknownOperation:
            "com.amazon.coral.service#" + rawValue
        default: "com.amazonaws.sqs#" + rawValue
        }
    }

    /// The older query protocol's spelling, as the `x-amzn-query-error` header and the failed
    /// entries of a batch carry it.
    package var queryCode: String {
        switch self {
        case .batchEntryIDsNotDistinct, .batchRequestTooLong, .emptyBatchRequest,
            .invalidBatchEntryID, .messageNotInflight, .purgeQueueInProgress,
            .queueDeletedRecently, .tooManyEntriesInBatchRequest, .unsupportedOperation:
            "AWS.SimpleQueueService." + rawValue
        case .queueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue"
        case .queueNameExists: "QueueAlreadyExists"
        case .kmsAccessDenied: "KMS.AccessDeniedException"
        case .kmsDisabled: "KMS.DisabledException"
        case .kmsInvalidKeyUsage: "KMS.InvalidKeyUsageException"
        case .kmsInvalidState: "KMS.InvalidStateException"
        case .kmsNotFound: "KMS.NotFoundException"
        case .kmsOptInRequired: "KMS.OptInRequired"
        case .kmsThrottled: "KMS.ThrottlingException"
        case .accessDenied: "AccessDenied"
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
        case .invalidSecurity, .kmsOptInRequired, .overLimit, .purgeQueueInProgress,
            .requestThrottled, .accessDenied:
            403
        case .invalidAddress, .receiptHandleIsInvalid, .resourceNotFound: 404
        case .requestTooLarge: 413
        case .internalFailure: 500
        default: 400
        }
    }

    /// Whether it is about the message that a call names or carries, rather than about the call,
    /// the queue or the caller. Source: the errors of SendMessage, DeleteMessage and
    /// ChangeMessageVisibility in the API reference.
    package var concernsMessage: Bool {
        switch self {
        case .batchRequestTooLong, .invalidIDFormat, .invalidMessageContents,
            .invalidParameterValue, .messageNotInflight, .receiptHandleIsInvalid:
            true
        default: false
        }
    }

    /// Whether the sender is to blame, rather than the service.
    package var isSenderFault: Bool { self != .internalFailure }

    /// What a client is to do about it.
    package var kind: SQSError.Kind {
        switch self {
        case .requestThrottled, .kmsThrottled: .throttled
        // Both pass by themselves, 60 s after the purge or the deletion.
        case .purgeQueueInProgress, .queueDeletedRecently: .throttled
        case .internalFailure: .transient
        case .accessDenied, .invalidSecurity, .kmsAccessDenied, .kmsDisabled, .kmsInvalidKeyUsage,
            .kmsInvalidState, .kmsNotFound, .kmsOptInRequired:
            .denied
        case .queueDoesNotExist, .resourceNotFound: .missing
        case .messageNotInflight, .receiptHandleIsInvalid, .invalidIDFormat: .leaseLost
        case .overLimit: .overLimit
        case .batchEntryIDsNotDistinct, .batchRequestTooLong, .emptyBatchRequest, .invalidAddress,
            .invalidAttributeName, .invalidAttributeValue, .invalidBatchEntryID,
            .invalidMessageContents, .queueNameExists, .tooManyEntriesInBatchRequest,
            .unsupportedOperation, .invalidParameterValue, .missingParameter, .requestTooLarge,
            .serialization, .unknownOperation:
            .malformed
        }
    }
}
