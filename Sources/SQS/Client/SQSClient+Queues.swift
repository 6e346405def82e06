import JSON

// The operations on queues.
extension SQSClient {
    package func queueURL(
        named name: String, ownerAccountID: String?
    ) async throws(SQSError) -> String {
        try await call(Call(.getQueueURL, subject: name)) { body in
            body.member("QueueName", name)
            if let ownerAccountID { body.member("QueueOwnerAWSAccountId", ownerAccountID) }
        } read: { (answer) throws(JSONError) in
            try answer.requiredText("QueueUrl")
        }
    }

    package func attributes(
        _ names: [String], of queueURL: String
    ) async throws(SQSError) -> [String: String] {
        try await call(Call(.getQueueAttributes, queueURL: queueURL)) { body in
            body.member("QueueUrl", queueURL)
            body.member("AttributeNames", names)
        } read: { (answer) throws(JSONError) in
            var attributes: [String: String] = [:]
            try answer.object { (reader, name) throws(JSONError) in
                guard name == "Attributes" else { return try reader.skip() }
                attributes = try reader.texts()
            }
            return attributes
        }
    }
}
