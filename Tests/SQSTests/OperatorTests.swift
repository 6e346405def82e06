import Foundation
import HTTP
import SQS
import TestKit
import Testing

/// The operations of the operator's commands, as they are written and read.
@Suite(.timeLimit(.minutes(1)))
struct OperatorTests {
    private static let arn = "arn:aws:sqs:eu-west-1:123456789012:orders-dead"

    @Test func `a list of queues is asked for a page at a time`() async throws {
        let scene = Scene([.answer(#"{"QueueUrls":["a","b"],"NextToken":"next"}"#)])
        let page = try await scene.client.queues(prefix: "or", after: "token")
        #expect(page.urls == ["a", "b"])
        #expect(page.nextToken == "next")
        #expect(scene.request?.headers["X-Amz-Target"] == "AmazonSQS.ListQueues")
        #expect(
            scene.input == [
                "QueueNamePrefix": "or", "MaxResults": 1_000, "NextToken": "token",
            ])
    }

    @Test(arguments: ["{}", #"{"QueueUrls":null,"NextToken":null}"#, #"{"NextToken":""}"#])
    func `a page of nothing is the last`(_ answer: String) async throws {
        #expect(try await Scene([.answer(answer)]).client.queues() == QueuePage())
    }

    @Test func `the queues that feed a dead-letter queue have a member of another case`()
        async throws
    {
        let scene = Scene([.answer(#"{"queueUrls":["a"]}"#)])
        #expect(try await scene.client.deadLetterSources(of: queueURL).urls == ["a"])
        #expect(
            scene.request?.headers["X-Amz-Target"] == "AmazonSQS.ListDeadLetterSourceQueues")
        #expect(scene.input == ["QueueUrl": queueURL, "MaxResults": 1_000])
    }

    @Test func `a move task is started once, with what is set`() async throws {
        let scene = Scene([.answer(#"{"TaskHandle":"handle"}"#)])
        try await scene.client.startMoveTask(
            from: Self.arn, to: "arn:to", messagesPerSecond: 50)
        #expect(
            scene.input == [
                "SourceArn": Self.arn, "DestinationArn": "arn:to",
                "MaxNumberOfMessagesPerSecond": 50,
            ])
        let least = Scene([.failure(.closed)])
        await #expect(throws: SQSError.self) {
            try await least.client.startMoveTask(
                from: Self.arn, to: nil, messagesPerSecond: nil)
        }
        #expect(least.input == ["SourceArn": Self.arn], "and not again when it may have started")
    }

    @Test func `move tasks are listed with the newest first`() async throws {
        let scene = Scene([
            .answer(
                """
                {"Results":[{"Status":"FAILED","FailureReason":"why","StartedTimestamp":1,
                "ApproximateNumberOfMessagesMoved":3},{"TaskHandle":"h","Status":"RUNNING",
                "SourceArn":"s","DestinationArn":"d","ApproximateNumberOfMessagesToMove":9,
                "ApproximateNumberOfMessagesMoved":4,"StartedTimestamp":2}]}
                """)
        ])
        let tasks = try await scene.client.moveTasks(from: Self.arn)
        #expect(tasks.map(\.status) == [.running, .failed])
        #expect(tasks.map(\.moved) == [4, 3])
        #expect(tasks.first?.handle == "h")
        #expect(tasks.first?.destinationARN == "d")
        #expect(tasks.first?.total == 9)
        #expect(tasks.last?.failureReason == "why")
        #expect(scene.input == ["SourceArn": Self.arn, "MaxResults": 10])
    }

    @Test(arguments: ["", "{}"])
    func `a purge is done whether its answer is empty or an object`(_ answer: String) async throws {
        let scene = Scene([.answer(answer)])
        try await scene.client.purge(queueURL)
        #expect(scene.request?.headers["X-Amz-Target"] == "AmazonSQS.PurgeQueue")
        #expect(scene.input == ["QueueUrl": queueURL])
    }

    @Test func `a task is cancelled by its handle`() async throws {
        let scene = Scene([.answer(#"{"ApproximateNumberOfMessagesMoved":3}"#)])
        try await scene.client.cancelMoveTask("handle")
        #expect(scene.request?.headers["X-Amz-Target"] == "AmazonSQS.CancelMessageMoveTask")
        #expect(scene.input == ["TaskHandle": "handle"])
    }

    @Test func `a trace header is sent as a system attribute`() async throws {
        let scene = Scene([.answer(#"{"Successful":[{"Id":"a","MessageId":"m"}]}"#)])
        _ = try await scene.client.send(
            [SendEntry(id: "a", body: "b", traceHeader: "Root=1")], to: queueURL)
        let entries = scene.input?["Entries"] as? [NSDictionary]
        #expect(
            entries == [
                [
                    "Id": "a", "MessageBody": "b",
                    "MessageSystemAttributes": [
                        "AWSTraceHeader": ["DataType": "String", "StringValue": "Root=1"]
                    ],
                ]
            ])
    }
}
