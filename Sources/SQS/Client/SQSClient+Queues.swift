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

    package func setAttributes(
        _ attributes: [String: String], of queueURL: String
    ) async throws(SQSError) {
        try await call(Call(.setQueueAttributes, queueURL: queueURL)) { body in
            body.member("QueueUrl", queueURL)
            body.member("Attributes", attributes)
        } read: { (answer) throws(JSONError) in
            try answer.nothing()
        }
    }

    package func createQueue(
        named name: String, attributes: [String: String]
    ) async throws(SQSError) -> String {
        try await call(Call(.createQueue, subject: name)) { body in
            body.member("QueueName", name)
            if !attributes.isEmpty { body.member("Attributes", attributes) }
        } read: { (answer) throws(JSONError) in
            try answer.requiredText("QueueUrl")
        }
    }

    /// The largest page that ListQueues gives.
    static let queuesPerPage = 1_000
    /// Ends a listing whose server never does: a million queues.
    static let maximumPages = 1_000

    package func queueURLs(prefix: String) async throws(SQSError) -> [String] {
        var urls: [String] = []
        var token: String?
        for _ in 0..<Self.maximumPages {
            let page = try await page(of: prefix, after: token)
            urls += page.urls
            token = page.next
            if token == nil { return urls }
        }
        throw SQSError(
            .transient, code: "UnendingList",
            "ListQueues has no end after \(Self.maximumPages) pages. Is the endpoint an SQS server?"
        )
    }

    private func page(
        of prefix: String, after token: String?
    ) async throws(SQSError) -> (urls: [String], next: String?) {
        try await call(Call(.listQueues, subject: nil)) { body in
            if !prefix.isEmpty { body.member("QueueNamePrefix", prefix) }
            if let token { body.member("NextToken", token) }
            body.member("MaxResults", Self.queuesPerPage)
        } read: { (answer) throws(JSONError) in
            var urls: [String] = []
            var next: String?
            try answer.object { (reader, name) throws(JSONError) in
                switch name {
                case "QueueUrls":
                    try reader.array { (reader) throws(JSONError) in
                        urls.append(try reader.string())
                    }
                case "NextToken": next = try reader.text()
                default: try reader.skip()
                }
            }
            return (urls, next)
        }
    }

    package func purge(_ queueURL: String) async throws(SQSError) {
        try await call(Call(.purgeQueue, queueURL: queueURL)) { body in
            body.member("QueueUrl", queueURL)
        } read: { (answer) throws(JSONError) in
            try answer.nothing()
        }
    }
}
