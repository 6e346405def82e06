import EmbeddedQueue

/// Requests to the embedded queue, byte by byte.
struct QueueRequestTarget: FuzzTarget {
    let name = "queue-requests"
    let words =
        [
            "POST / HTTP/1.1\r\n", "GET / HTTP/1.1\r\n", "Host: localhost\r\n", "\r\n\r\n",
            "Host: evil.example\r\n", "Origin: null\r\n", "Expect: 100-continue\r\n",
            "Content-Length: 2\r\n", "Content-Length: 9999999999\r\n", "Connection: close\r\n",
            "Transfer-Encoding: chunked\r\n", "0\r\n\r\n", "ffffffff\r\n", "PRI * HTTP/2.0\r\n",
            "X-Amz-Target: AmazonSQS.ReceiveMessage\r\n", "\"WaitTimeSeconds\": 20", "null", "[]",
            "\"QueueUrl\": \"http://h/1/q\"", "\"q.fifo\"", "\\ud800",
            "\"MaxNumberOfMessages\": 10",
        ] + operations

    private static let calls = [
        ("ListQueues", "{}"), ("GetQueueUrl", #"{"QueueName": "q"}"#),
        ("SendMessage", #"{"QueueUrl": "q", "MessageBody": "b", "DelaySeconds": 0}"#),
        (
            "SendMessageBatch",
            #"{"QueueUrl": "q", "Entries": [{"Id": "0", "MessageBody": "b"}]}"#
        ),
        (
            "ReceiveMessage",
            #"{"QueueUrl": "q", "MaxNumberOfMessages": 10, "VisibilityTimeout": 0}"#
        ),
        ("DeleteMessage", #"{"QueueUrl": "q", "ReceiptHandle": "AAAA"}"#),
        (
            "ChangeMessageVisibility",
            #"{"QueueUrl": "q", "ReceiptHandle": "AAAA", "VisibilityTimeout": 30}"#
        ),
        ("PurgeQueue", #"{"QueueUrl": "q"}"#),
        ("CreateQueue", #"{"QueueName": "r", "Attributes": {"VisibilityTimeout": "30"}}"#),
        ("SetQueueAttributes", #"{"QueueUrl": "q", "Attributes": {"DelaySeconds": "0"}}"#),
        ("GetQueueAttributes", #"{"QueueUrl": "q", "AttributeNames": ["All"]}"#),
        ("TagQueue", #"{"QueueUrl": "q", "Tags": {"a": "b"}}"#),
    ]
    private static let operations = calls.map { "AmazonSQS." + $0.0 }
    private var operations: [String] { Self.operations }

    let corpus: [[UInt8]] = Self.calls.flatMap { operation, body in
        let head = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AmazonSQS.\(operation)\r\n"
        let plain = head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body
        let size = String(body.utf8.count, radix: 16)
        return [
            Parts.join(["0", plain]), Parts.join(["40", plain + plain]),
            Parts.join([
                "90", head + "Transfer-Encoding: chunked\r\n\r\n\(size)\r\n\(body)\r\n0\r\n\r\n",
            ]),
        ]
    }

    func run(_ input: [UInt8]) async -> Verdict {
        guard let port = await Self.port.value else { return .wrong("the queue does not serve") }
        let parts = Parts.split(input, into: 2)
        let cut = Int(String(decoding: parts[0], as: UTF8.self)) ?? 0
        guard
            let answer = try? await RequestBytes.exchange(
                parts[1], cut: Int(cut.magnitude % 4_096), port: port)
        else { return .wrong("the queue cannot be reached") }
        return RequestBytes.verdict(of: answer)
    }

    /// Of the queue, which lives as long as the process.
    private static let port = Task { () -> Int? in
        let server = EmbeddedQueueServer(.init(port: 0, queues: ["q", "q.fifo"]), seed: 1)
        let (ports, found) = AsyncStream<Int>.makeStream()
        Task {
            defer { found.finish() }
            try await server.run { found.yield($0) }
        }
        return await ports.first { _ in true }
    }
}
