import EmbeddedQueue
import Testing

/// The query protocol: a form or a URL's query in, XML out.
@Suite(.timeLimit(.minutes(1))) struct QueryTests {
    private static let form = "Content-Type: application/x-www-form-urlencoded"

    private static func post(_ body: String, to path: String = "/", _ fields: String...) -> String {
        let head = [
            "POST \(path) HTTP/1.1", "Host: queue.test", form,
            "Content-Length: \(body.utf8.count)",
        ]
        return (head + fields).joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    private static func get(_ target: String, method: String = "GET") -> String {
        "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n"
    }

    /// Sends each request and answers the last one's answer.
    private func ask(_ requests: String...) async throws -> TestClient.Answer {
        try await withServer { _, port in
            try await TestClient.connect(to: port) { client in
                var answers: [TestClient.Answer] = []
                for request in requests {
                    try await client.write(request)
                    answers.append(try await client.answer())
                }
                return try #require(answers.last)
            }
        }
    }

    @Test(arguments: [
        post("Action=SendMessage&MessageBody=a+b%26&Version=2012-11-05", to: "/000000000000/q"),
        post("Action=SendMessage&MessageBody=a+b%26&QueueUrl=http%3A%2F%2Fx%2F1%2Fq"),
        post("MessageBody=a+b%26", to: "/000000000000/q?Action=SendMessage"),
        get("/000000000000/q?Action=SendMessage&MessageBody=a%20b%26"),
        get("/?Action=SendMessage&MessageBody=a%20b%26&QueueUrl=q"),
        post(
            "Action=SendMessage&MessageBody=a+b%26", to: "/000000000000/q",
            "X-Amz-Target: AmazonSQSv20121105.SendMessage"),
    ])
    func `a message is sent by a form or by a URL, whichever names the queue`(
        request: String
    ) async throws {
        let answer = try await ask(
            request, Self.post("Action=ReceiveMessage&QueueUrl=q&AttributeName=SenderId"))
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "text/xml")
        #expect(
            answer.body.hasPrefix(
                #"<?xml version="1.0"?><ReceiveMessageResponse xmlns="#
                    + #""http://queue.amazonaws.com/doc/2012-11-05/">"#))
        #expect(answer.body.contains("<Body>a b&amp;</Body>"))
        #expect(
            answer.body.contains(
                "<Attribute><Name>SenderId</Name><Value>000000000000</Value></Attribute>"))
        #expect(answer.body.contains("<ResponseMetadata><RequestId>"))
    }

    /// What Swift reads as a number and JSON does not have. Found by a review: it ended the server.
    @Test(arguments: ["%2B5", "-0", "007", "5"])
    func `a number is taken however it is written`(number: String) async throws {
        let send = "Action=SendMessage&QueueUrl=q&MessageBody=a&DelaySeconds=\(number)"
        #expect(try await ask(Self.post(send)).status == 200)
    }

    @Test(arguments: [(2_000, 200), (2_001, 400), (300_000, 400)])
    func `a form has so many fields and no more`(count: Int, status: Int) async throws {
        let more = String(repeating: "&%78.y=1", count: count - 1)
        let answer = try await ask(Self.post("Action=ListQueues" + more))
        #expect(answer.status == status)
        #expect(status == 200 || answer.body.contains("more than 2000 fields"))
    }

    @Test func `an error is told in XML, with the older code`() async throws {
        let answer = try await ask(Self.post("Action=GetQueueUrl&QueueName=none"))
        #expect(answer.status == 400)
        #expect(answer.headers["x-amzn-query-error"] == nil)
        #expect(
            answer.body.contains(
                "<Error><Type>Sender</Type>"
                    + "<Code>AWS.SimpleQueueService.NonExistentQueue</Code>"
                    + "<Message>The specified queue does not exist.</Message><Detail></Detail>"
                    + "</Error><RequestId>"))
    }

    @Test(
        arguments: [
            ("Action=Unknown", "InvalidAction"), ("", "InvalidAction"), ("Action", "InvalidAction"),
            ("Action=%zz", "MalformedInput"), ("Action=%ff", "MalformedInput"),
            ("Action=a&" + String(repeating: "a.", count: 100_000) + "=1", "MalformedInput"),
            ("Action=a&a.a.a.a.a.a.a.a.a=1", "MalformedInput"),
            ("Action=a&" + String(repeating: "a", count: 1_025) + "=1", "MalformedInput"),
            ("Action=ReceiveMessage&QueueUrl=q&MaxNumberOfMessages=many", "MalformedInput"),
            ("Action=ReceiveMessage&QueueUrl=q&MaxNumberOfMessages=11", "InvalidParameterValue"),
            ("Action=SendMessage&QueueUrl=q", "MissingParameter"),
            ("Action=SetQueueAttributes&QueueUrl=q&Attribute.1.Value=7", "MissingParameter"),
        ])
    func `what is wrong with a form is told in XML`(body: String, code: String) async throws {
        let answer = try await ask(Self.post(body))
        #expect(answer.status == 400)
        #expect(answer.headers["content-type"] == "text/xml")
        #expect(answer.body.contains("<Code>\(code)</Code>"), "\(answer.body)")
    }

    @Test(arguments: [
        "Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=7",
        "Attribute.Name=VisibilityTimeout&Attribute.Value=7",
        "Attribute.10.Name=DelaySeconds&Attribute.10.Value=1"
            + "&Attribute.2.Value=7&Attribute.2.Name=VisibilityTimeout",
    ])
    func `attributes are numbered, or stand alone`(fields: String) async throws {
        let answer = try await ask(
            Self.post("Action=SetQueueAttributes&QueueUrl=q&" + fields),
            Self.post("Action=GetQueueAttributes&QueueUrl=q&AttributeName.1=VisibilityTimeout"))
        #expect(
            answer.body.contains(
                "<GetQueueAttributesResult><Attribute><Name>VisibilityTimeout</Name>"
                    + "<Value>7</Value></Attribute></GetQueueAttributesResult>"))
    }

    @Test func `an operation without a result has none in its answer`() async throws {
        let answer = try await ask(Self.post("Action=PurgeQueue&QueueUrl=q"))
        #expect(!answer.body.contains("Result"))
        let listed = try await ask(Self.post("Action=ListQueues&QueueNamePrefix=none"))
        #expect(listed.body.contains("<ListQueuesResult></ListQueuesResult>"))
    }

    @Test(arguments: ["/", "/health", "/?"])
    func `a health check is told what this is`(path: String) async throws {
        let answer = try await ask(Self.get(path))
        #expect(answer.status == 200)
        #expect(answer.body.hasPrefix("sqs-subscriber queue: "))
    }

    @Test(arguments: ["/", "/health"])
    func `a health check may ask for the head alone`(path: String) async throws {
        try await withServer { _, port in
            try await TestClient.connect(to: port) { client in
                try await client.write(Self.get(path, method: "HEAD"))
                let head = try await client.head()
                #expect(head.status == 200)
                try await client.write(Self.get(path))
                #expect(try await client.answer().status == 200)
            }
        }
    }

    @Test(arguments: ["HEAD /?Action=PurgeQueue", "PUT /", "DELETE /q", "GET /other"])
    func `no other request does anything`(line: String) async throws {
        let parts = line.split(separator: " ").map(String.init)
        try await withServer { _, port in
            try await TestClient.connect(to: port) { client in
                try await client.write(Self.get(parts[1], method: parts[0]))
                let answer = try await client.head()
                #expect(answer.status == (parts[0] == "GET" ? 400 : 405))
                #expect(parts[0] == "GET" || answer.headers["allow"] == "GET, POST")
            }
        }
    }

    @Test func `a purge that is asked for by HEAD changes nothing`() async throws {
        try await withServer { _, port in
            try await TestClient.connect(to: port) { client in
                try await client.write(Self.post("Action=SendMessage&QueueUrl=q&MessageBody=kept"))
                _ = try await client.answer()
                try await client.write(
                    Self.get("/?Action=PurgeQueue&QueueUrl=q", method: "HEAD"))
                #expect(try await client.head().status == 405)
                try await client.write(Self.post("Action=ReceiveMessage&QueueUrl=q"))
                #expect(try await client.answer().body.contains("<Body>kept</Body>"))
            }
        }
    }

    @Test(arguments: ["%01", "%EF%BF%BE", "%EF%BF%BF"])
    func `what XML cannot say is a question mark in the error that repeats it`(
        character: String
    ) async throws {
        let answer = try await ask(
            Self.post("Action=ReceiveMessage&QueueUrl=q&AttributeName.1=%C3%BC\(character)%26"))
        #expect(answer.status == 400)
        #expect(answer.body.contains("Unknown Attribute ü?&amp;."))
    }

    @Test func `a page's request is refused in XML, too`() async throws {
        let answer = try await ask(
            Self.post("Action=PurgeQueue&QueueUrl=q", to: "/", "Origin: http://evil.example"))
        #expect(answer.status == 403)
        #expect(answer.body.contains("<Code>AccessDenied</Code>"))
    }

    @Test func `the trace of a call is its messages'`() async throws {
        let answer = try await ask(
            Self.post(
                "Action=SendMessage&QueueUrl=q&MessageBody=x", to: "/",
                "X-Amzn-Trace-Id: Root=1-2"),
            Self.post("Action=ReceiveMessage&QueueUrl=q&AttributeName.1=AWSTraceHeader"))
        #expect(answer.body.contains("<Name>AWSTraceHeader</Name><Value>Root=1-2</Value>"))
    }

    @Test(arguments: ["%EF%BF%BE", "%EF%BF%BF", "%01"])
    func `what XML cannot say is a question mark in an error that repeats it`(
        character: String
    ) async throws {
        let answer = try await ask(
            Self.post(
                "Action=DeleteMessage&QueueUrl=http://x/000000000000/q&ReceiptHandle=a\(character)b"
            ))
        #expect(answer.status == 404)
        #expect(answer.body.contains("&quot;a?b&quot;"), "\(answer.body)")
    }

    @Test(arguments: ["/", "%2F", "%2f"])
    func `a presigned URL says for which region it is`(slash: String) async throws {
        let credential = ["AKID", "20260101", "eu-west-1", "sqs", "aws4_request"]
            .joined(separator: slash)
        let answer = try await ask(
            Self.get("/?Action=CreateQueue&QueueName=a&X-Amz-Credential=\(credential)"))
        #expect(
            answer.body.contains("http://localhost/eu-west-1/000000000000/a<"), "\(answer.body)")
    }
}
