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
    /// The codes of the protocol, which every service of AWS has.
    private static let ofProtocol: Set<SQSErrorCode> = [
        .accessDenied, .internalFailure, .invalidParameterValue, .missingParameter,
        .requestTooLarge, .serialization, .unknownOperation,
    ]

    /// The `__type` of a JSON answer: the shape's name in its namespace.
    package var typeName: String {
        (Self.ofProtocol.contains(self) ? "com.amazon.coral.service#" : "com.amazonaws.sqs#")
            + rawValue
    }

    private static let prefixed: Set<SQSErrorCode> = [
        .batchEntryIDsNotDistinct, .batchRequestTooLong, .emptyBatchRequest,
        .invalidBatchEntryID, .messageNotInflight, .purgeQueueInProgress, .queueDeletedRecently,
        .tooManyEntriesInBatchRequest, .unsupportedOperation,
    ]

    private static let renamed: [SQSErrorCode: String] = [
        .queueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
        .queueNameExists: "QueueAlreadyExists",
        .kmsAccessDenied: "KMS.AccessDeniedException",
        .kmsDisabled: "KMS.DisabledException",
        .kmsInvalidKeyUsage: "KMS.InvalidKeyUsageException",
        .kmsInvalidState: "KMS.InvalidStateException",
        .kmsNotFound: "KMS.NotFoundException",
        .kmsOptInRequired: "KMS.OptInRequired",
        .kmsThrottled: "KMS.ThrottlingException",
        .accessDenied: "AccessDenied",
        .invalidParameterValue: "InvalidParameterValue",
        .missingParameter: "MissingParameter",
        .requestTooLarge: "RequestEntityTooLarge",
        .serialization: "MalformedInput",
        .unknownOperation: "InvalidAction",
    ]

    /// The older query protocol's spelling, as the `x-amzn-query-error` header and the failed
    /// entries of a batch carry it.
    package var queryCode: String {
        if let name = Self.renamed[self] { return name }
        return Self.prefixed.contains(self) ? "AWS.SimpleQueueService." + rawValue : rawValue
    }

    private static let statuses: [SQSErrorCode: Int] = [
        .invalidSecurity: 403, .kmsOptInRequired: 403, .overLimit: 403,
        .purgeQueueInProgress: 403, .requestThrottled: 403, .accessDenied: 403,
        .invalidAddress: 404, .receiptHandleIsInvalid: 404, .resourceNotFound: 404,
        .requestTooLarge: 413, .internalFailure: 500,
    ]

    /// The HTTP status of an answer with this error: 400 for most.
    package var status: Int { Self.statuses[self] ?? 400 }

    private static let aboutMessages: Set<SQSErrorCode> = [
        .batchRequestTooLong, .invalidIDFormat, .invalidMessageContents, .invalidParameterValue,
        .messageNotInflight, .receiptHandleIsInvalid,
    ]

    /// Whether it is about the message that a call names or carries, rather than about the call,
    /// the queue or the caller. Source: the errors of SendMessage, DeleteMessage and
    /// ChangeMessageVisibility in the API reference.
    package var concernsMessage: Bool { Self.aboutMessages.contains(self) }

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
