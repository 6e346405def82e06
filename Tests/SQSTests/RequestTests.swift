import Foundation
import HTTP
import MessageHandling
import SQS
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RequestTests {
    @Test func `a receive asks for everything, and waits longer than its poll`() async throws {
        let scene = Scene([.answer("{}")])
        let messages = try await scene.client.receive(
            ReceiveRequest(
                queue: queue(), maximumMessages: 7, waitTime: .seconds(20),
                visibilityTimeout: .seconds(90), attemptID: "attempt-1"))

        #expect(messages.isEmpty)
        let sent = try #require(scene.transport.sent.first)
        #expect(sent.timeout >= .seconds(30))
        #expect(sent.request.method == "POST")
        #expect(sent.request.url == "https://sqs.eu-west-1.amazonaws.com/")
        #expect(sent.request.headers["Content-Type"] == "application/x-amz-json-1.0")
        #expect(sent.request.headers["X-Amz-Target"] == "AmazonSQS.ReceiveMessage")
        #expect(sent.request.headers["Authorization"] == "signature 0")
        #expect(
            scene.input == [
                "QueueUrl": queueURL, "MaxNumberOfMessages": 7, "WaitTimeSeconds": 20,
                "VisibilityTimeout": 90, "ReceiveRequestAttemptId": "attempt-1",
                "AttributeNames": ["All"], "MessageSystemAttributeNames": ["All"],
                "MessageAttributeNames": ["All"],
            ])
    }

    @Test func `a receive leaves out what it does not set`() async throws {
        let scene = Scene([.answer("{}")])
        _ = try await scene.client.receive(
            ReceiveRequest(queue: queue(), maximumMessages: 1, waitTime: .zero))
        #expect(scene.input?["VisibilityTimeout"] == nil)
        #expect(scene.input?["ReceiveRequestAttemptId"] == nil)
        #expect(scene.input?["WaitTimeSeconds"] as? Int == 0)
    }

    @Test func `a batch of deletes names every handle`() async throws {
        let scene = Scene([.answer(#"{"Successful":[{"Id":"a"},{"Id":"b"}],"Failed":[]}"#)])
        _ = try await scene.client.delete(
            [
                DeleteEntry(id: "a", receiptHandle: "h\"1"),
                DeleteEntry(id: "b", receiptHandle: "h2"),
            ],
            from: queueURL)
        #expect(scene.request?.headers["X-Amz-Target"] == "AmazonSQS.DeleteMessageBatch")
        #expect(
            scene.input == [
                "QueueUrl": queueURL,
                "Entries": [
                    ["Id": "a", "ReceiptHandle": "h\"1"], ["Id": "b", "ReceiptHandle": "h2"],
                ],
            ])
    }

    @Test func `a visibility timeout is whole seconds, rounded up`() async throws {
        let scene = Scene([.answer(#"{"Successful":[{"Id":"a"},{"Id":"b"}]}"#)])
        _ = try await scene.client.changeVisibility(
            [
                VisibilityEntry(id: "a", receiptHandle: "h1", timeout: .zero),
                VisibilityEntry(id: "b", receiptHandle: "h2", timeout: .milliseconds(1_500)),
            ], in: queueURL)
        #expect(
            scene.request?.headers["X-Amz-Target"] == "AmazonSQS.ChangeMessageVisibilityBatch")
        #expect(
            scene.input == [
                "QueueUrl": queueURL,
                "Entries": [
                    ["Id": "a", "ReceiptHandle": "h1", "VisibilityTimeout": 0],
                    ["Id": "b", "ReceiptHandle": "h2", "VisibilityTimeout": 2],
                ],
            ])
    }

    @Test func `a batch of sends carries attributes, delay, group and deduplication id`()
        async throws
    {
        let scene = Scene([.answer(#"{"Successful":[{"Id":"a","MessageId":"m"}]}"#)])
        _ = try await scene.client.send(
            [
                SendEntry(
                    id: "a", body: "b\u{1}\n",
                    attributes: [
                        "n": MessageAttribute(dataType: "Number", value: .text("1")),
                        "b": MessageAttribute(dataType: "Binary", value: .binary([0, 255])),
                    ], delay: .seconds(3), groupID: "g", deduplicationID: "d")
            ], to: fifoURL)
        #expect(scene.request?.headers["X-Amz-Target"] == "AmazonSQS.SendMessageBatch")
        #expect(
            scene.input == [
                "QueueUrl": fifoURL,
                "Entries": [
                    [
                        "Id": "a", "MessageBody": "b\u{1}\n", "DelaySeconds": 3,
                        "MessageGroupId": "g", "MessageDeduplicationId": "d",
                        "MessageAttributes": [
                            "n": ["DataType": "Number", "StringValue": "1"],
                            "b": ["DataType": "Binary", "BinaryValue": "AP8="],
                        ],
                    ]
                ],
            ])
    }

    @Test func `a queue is found by its name and its owner`() async throws {
        let scene = Scene([.answer(#"{"QueueUrl":"\#(queueURL)","More":{"x":[1]}}"#)])
        let url = try await scene.client.queueURL(named: "orders", ownerAccountID: "1")
        #expect(url == queueURL)
        #expect(scene.request?.headers["X-Amz-Target"] == "AmazonSQS.GetQueueUrl")
        #expect(scene.input == ["QueueName": "orders", "QueueOwnerAWSAccountId": "1"])
    }

    @Test func `attributes of a queue are read`() async throws {
        let reading = Scene([.answer(#"{"Attributes":{"VisibilityTimeout":"30","Odd":7}}"#)])
        let attributes = try await reading.client.attributes(["All"], of: queueURL)
        #expect(attributes == ["VisibilityTimeout": "30", "Odd": "7"])
        #expect(reading.input == ["QueueUrl": queueURL, "AttributeNames": ["All"]])
    }
}
