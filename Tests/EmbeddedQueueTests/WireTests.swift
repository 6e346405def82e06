import EmbeddedQueue
import SQS
import Testing

@Suite struct WireTests {
    @Test(arguments: [
        // Recorded from Amazon SQS: code in the JSON protocol, code in the query protocol, status.
        (
            SQSErrorCode.queueDoesNotExist, "QueueDoesNotExist",
            "AWS.SimpleQueueService.NonExistentQueue", 400
        ),
        (.queueNameExists, "QueueNameExists", "QueueAlreadyExists", 400),
        (
            .purgeQueueInProgress, "PurgeQueueInProgress",
            "AWS.SimpleQueueService.PurgeQueueInProgress", 403
        ),
        (.invalidParameterValue, "InvalidParameterValueException", "InvalidParameterValue", 400),
        (.missingParameter, "MissingRequiredParameterException", "MissingParameter", 400),
        (.invalidAttributeName, "InvalidAttributeName", "InvalidAttributeName", 400),
        (
            .batchRequestTooLong, "BatchRequestTooLong",
            "AWS.SimpleQueueService.BatchRequestTooLong", 400
        ),
    ])
    func `error codes are spelled as the service spells them`(
        code: SQSErrorCode, type: String, query: String, status: Int
    ) {
        #expect(code.typeName.hasSuffix("#" + type))
        #expect(code.queryCode == query)
        #expect(code.status == status)
    }
}
