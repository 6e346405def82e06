import HTTP
import MessageHandling
import SQS

/// Answers of SQS: of receives, batches and questions about a queue, and errors.
struct SQSAnswerTarget: FuzzTarget {
    let name = "sqs-answers"
    let words = [
        "\"Messages\":", "\"MessageId\": \"m\"", "\"ReceiptHandle\": \"r\"", "\"Body\": \"b\"",
        "\"MD5OfBody\": \"92eb5ffee6ae2fec3ad71c777531578f\"", "\"Attributes\":",
        "\"MessageAttributes\":",
        "\"BinaryValue\": \"AQID\"", "\"DataType\": \"Number\"", "\"Successful\":", "\"Failed\":",
        "\"SenderFault\": true", "\"__type\":", "null", "[]", "{}", "\\ud800", "Retry-After",
    ]
    private static let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"

    let corpus = [
        #"""
        {"Messages": [{"MessageId": "m1", "ReceiptHandle": "r1", "Body": "b",
         "MD5OfBody": "92eb5ffee6ae2fec3ad71c777531578f", "MD5OfMessageAttributes": "x",
         "Attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1700000000000",
          "ApproximateFirstReceiveTimestamp": "1700000000000", "MessageGroupId": "g"},
         "MessageAttributes": {"a": {"DataType": "String", "StringValue": "v"},
          "b": {"DataType": "Binary", "BinaryValue": "AQID"}}}]}
        """#,
        #"{"Messages": []}"#, "{}",
        #"""
        {"Successful": [{"Id": "0", "MessageId": "m", "MD5OfMessageBody": "x",
          "SequenceNumber": "18"}],
         "Failed": [{"Id": "1", "Code": "InternalError", "SenderFault": false, "Message": "later"}]}
        """#,
        #"{"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"}"#,
        #"{"Attributes": {"VisibilityTimeout": "30", "RedrivePolicy": "{\"maxReceiveCount\":3}"}}"#,
        #"{"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "none"}"#,
        "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>",
    ].flatMap { body in ["200", "400", "503"].map { Parts.join([$0, "7", body]) } }

    func run(_ input: [UInt8]) async -> Verdict {
        let parts = Parts.split(input, into: 3)
        let status = Int(String(decoding: parts[0], as: UTF8.self)) ?? 200
        let wait = String(decoding: parts[1], as: UTF8.self)
        let answer = HTTPResponse(
            status: status,
            headers: [
                "Retry-After": wait, "x-amz-retry-after": wait,
                "x-amzn-query-error": wait + ";Sender",
            ],
            body: parts[2])
        let client = SQSClient(
            transport: OneAnswer(answer: answer), endpoint: .configured("http://127.0.0.1:1"),
            sign: { (request) throws(SQSError) in SignedRequest(request) {} },
            pacing: NoRepetition(), onCorrupted: { _ = "\($0)" })
        return await Self.ask(client)
    }

    private static func ask(_ client: SQSClient) async -> Verdict {
        var verdict = Verdict.refused
        if let messages = try? await client.receive(
            ReceiveRequest(
                queue: Queue(name: "q", url: url), maximumMessages: 10, waitTime: .seconds(20)))
        {
            verdict = .accepted
            if messages.contains(where: { $0.id.isEmpty || $0.receiptHandle.isEmpty }) {
                return .wrong("a message without an id or a receipt handle")
            }
        }
        let deleted = try? await client.delete(
            [DeleteEntry(id: "0", receiptHandle: "r"), DeleteEntry(id: "1", receiptHandle: "s")],
            from: url)
        if let deleted, deleted.successful.count + deleted.failed.count < 2 {
            return .wrong("an entry without a result")
        }
        _ = try? await client.changeVisibility(
            [VisibilityEntry(id: "0", receiptHandle: "r", timeout: .seconds(30))], in: url)
        _ = try? await client.send([SendEntry(id: "0", body: "b")], to: url)
        _ = try? await client.queueURL(named: "orders", ownerAccountID: nil)
        _ = try? await client.attributes(["All"], of: url)
        return verdict
    }
}

/// Every failure is final.
private struct NoRepetition: RetryPacing {
    func takeRetry(after failure: SQSError) async -> Int? { nil }
    func pause(afterFailures failures: Int, last failure: SQSError) async throws {}
    func succeeded(lastCost: Int?) {}
}
