import JSON

// The operations that an operator's commands need besides those of a subscriber.
extension SQSClient {
    /// The most queues that one answer lists. Source: the ListQueues API reference.
    private static let pageSize = 1_000
    /// The most tasks that one answer lists. Source: the ListMessageMoveTasks API reference.
    private static let tasksListed = 10

    /// ListQueues: those whose name begins with `prefix`, a page at a time.
    package func queues(
        prefix: String = "", after token: String? = nil
    ) async throws(SQSError) -> QueuePage {
        try await call(Call(.listQueues, subject: nil)) { body in
            if !prefix.isEmpty { body.member("QueueNamePrefix", prefix) }
            body.member("MaxResults", Self.pageSize)
            if let token { body.member("NextToken", token) }
        } read: { (answer) throws(JSONError) in
            try answer.queuePage()
        }
    }

    /// ListDeadLetterSourceQueues: the queues whose redrive policy names this one, a page at a
    /// time.
    package func deadLetterSources(
        of queueURL: String, after token: String? = nil
    ) async throws(SQSError) -> QueuePage {
        try await call(Call(.listDeadLetterSourceQueues, queueURL: queueURL)) { body in
            body.member("QueueUrl", queueURL)
            body.member("MaxResults", Self.pageSize)
            if let token { body.member("NextToken", token) }
        } read: { (answer) throws(JSONError) in
            try answer.queuePage()
        }
    }

    /// StartMessageMoveTask. One attempt: a repetition after a lost answer would find the first
    /// task running, and be refused.
    ///
    /// - Parameters:
    ///   - destinationARN: where all go; nil to send each back to where it came from.
    ///   - messagesPerSecond: 1 to 500; nil for as fast as the service sees fit.
    package func startMoveTask(
        from sourceARN: String, to destinationARN: String?, messagesPerSecond: Int?
    ) async throws(SQSError) {
        var call = Call(.startMessageMoveTask, subject: Self.name(ofARN: sourceARN))
        call.retry = .once
        try await self.call(call) { body in
            body.member("SourceArn", sourceARN)
            if let destinationARN { body.member("DestinationArn", destinationARN) }
            if let messagesPerSecond {
                body.member("MaxNumberOfMessagesPerSecond", messagesPerSecond)
            }
        } read: { (answer) throws(JSONError) in
            try answer.skip()
        }
    }

    /// ListMessageMoveTasks: the latest ten of a dead-letter queue, the newest first, as far as the
    /// service says when they were started.
    package func moveTasks(from sourceARN: String) async throws(SQSError) -> [MoveTask] {
        let call = Call(.listMessageMoveTasks, subject: Self.name(ofARN: sourceARN))
        return try await self.call(call) { body in
            body.member("SourceArn", sourceARN)
            body.member("MaxResults", Self.tasksListed)
        } read: { (answer) throws(JSONError) in
            var tasks: [MoveTask] = []
            try answer.object { (reader, name) throws(JSONError) in
                guard name == "Results" else { return try reader.skip() }
                try reader.array { (reader) throws(JSONError) in
                    tasks.append(try reader.moveTask())
                }
            }
            return tasks.sorted { $0.started > $1.started }
        }
    }

    /// CancelMessageMoveTask: what was moved stays moved.
    package func cancelMoveTask(_ handle: String) async throws(SQSError) {
        try await call(Call(.cancelMessageMoveTask, subject: nil)) { body in
            body.member("TaskHandle", handle)
        } read: { (answer) throws(JSONError) in
            try answer.skip()
        }
    }

    /// PurgeQueue: deletes all messages of a queue, in flight ones too; takes up to 60 s.
    package func purge(_ queueURL: String) async throws(SQSError) {
        try await call(Call(.purgeQueue, queueURL: queueURL)) { body in
            body.member("QueueUrl", queueURL)
        } read: { (answer) throws(JSONError) in
            // An operation without an output may be answered with nothing at all.
            if answer.peek() != 0 { try answer.skip() }
        }
    }

    private static func name(ofARN arn: String) -> String? {
        arn.split(separator: ":").last.map(String.init)
    }
}

extension JSONReader {
    /// The two operations spell the member differently.
    fileprivate mutating func queuePage() throws(JSONError) -> QueuePage {
        var page = QueuePage()
        try object { (reader, name) throws(JSONError) in
            switch name {
            case "QueueUrls", "queueUrls":
                try reader.array { (reader) throws(JSONError) in
                    page.urls.append(try reader.string())
                }
            case "NextToken": page.nextToken = try reader.text()
            default: try reader.skip()
            }
        }
        if page.nextToken?.isEmpty == true { page.nextToken = nil }
        return page
    }

    fileprivate mutating func moveTask() throws(JSONError) -> MoveTask {
        var task = MoveTask()
        try object { (reader, name) throws(JSONError) in
            switch name {
            case "TaskHandle": task.handle = try reader.text()
            case "Status": task.status = try reader.text().flatMap(MoveTask.Status.init)
            case "DestinationArn": task.destinationARN = try reader.text()
            case "ApproximateNumberOfMessagesMoved":
                task.moved = try reader.text().flatMap { Int($0) } ?? 0
            case "ApproximateNumberOfMessagesToMove":
                task.total = try reader.text().flatMap { Int($0) }
            case "StartedTimestamp":
                task.started = try reader.text().flatMap { Int($0) } ?? 0
            case "FailureReason": task.failureReason = try reader.text()
            default: try reader.skip()
            }
        }
        return task
    }
}
