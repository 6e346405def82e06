import JSON

// The single forms of the operations on messages, for callers that have one.
extension SQSClient {
    /// DeleteMessage.
    package func delete(
        receiptHandle: String, from queueURL: String
    ) async throws(SQSError) {
        try await call(Call(.deleteMessage, queueURL: queueURL)) { body in
            body.member("QueueUrl", queueURL)
            body.member("ReceiptHandle", receiptHandle)
        } read: { (answer) throws(JSONError) in
            try answer.nothing()
        }
    }

    /// ChangeMessageVisibility. Whole seconds from the moment SQS takes the call; 0 releases.
    package func changeVisibility(
        receiptHandle: String, in queueURL: String, to timeout: Duration
    ) async throws(SQSError) {
        try await call(Call(.changeMessageVisibility, queueURL: queueURL)) { body in
            body.member("QueueUrl", queueURL)
            body.member("ReceiptHandle", receiptHandle)
            body.member("VisibilityTimeout", timeout.wholeSeconds)
        } read: { (answer) throws(JSONError) in
            try answer.nothing()
        }
    }

    /// SendMessage. The id of the entry does not travel.
    package func send(
        _ entry: SendEntry, to queueURL: String
    ) async throws(SQSError) -> SentMessage {
        var call = Call(.sendMessage, queueURL: queueURL)
        call.timeout = Self.uploadTimeout
        let receipt = try await self.call(call) { body in
            body.member("QueueUrl", queueURL)
            body.content(of: entry)
        } read: { (answer) throws(JSONError) in
            let receipt = try answer.receipt()
            guard !receipt.message.id.isEmpty else { throw answer.missing("MessageId") }
            return receipt
        }
        return try receipt.verified(against: entry).get()
    }
}
