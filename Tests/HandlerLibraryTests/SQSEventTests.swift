import AWS
import FoundationEssentials
import HandlerLibrary
import MessageHandling
import Testing

struct SQSEventTests {
    private static let source = EventSource(
        Queue(
            name: "orders", url: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
            arn: "arn:aws:sqs:eu-west-1:123456789012:orders"), defaultRegion: "us-east-1")

    private struct Event: Decodable {
        let Records: [Record]
    }

    private struct Record: Decodable, Equatable {
        struct Attribute: Decodable, Equatable {
            var stringValue: String?
            var binaryValue: String?
            var stringListValues: [String] = []
            var binaryListValues: [String] = []
            let dataType: String
        }

        let messageId: String
        let receiptHandle: String
        let body: String
        let attributes: [String: String]
        let messageAttributes: [String: Attribute]
        let md5OfBody: String
        let md5OfMessageAttributes: String?
        let eventSource: String
        let eventSourceARN: String
        let awsRegion: String
    }

    private func records(_ messages: [Message]) throws -> [Record] {
        let records = messages.map {
            SQSEvent.record(
                $0, digests: ContentDigests(body: "b5", attributes: $0.body == "" ? nil : "a5"),
                source: Self.source)
        }
        let event = SQSEvent.event(records)
        return try JSONDecoder().decode(Event.self, from: Data(event)).Records
    }

    @Test func `a record has what Lambda's has`() throws {
        let one = message(
            body: "{\"a\": \"/\\ \u{1F9A4}\"}\n",
            attributes: [
                "n": text("12345678901234567890", type: "Number"),
                "b": MessageAttribute(dataType: "Binary", value: .binary([0, 255])),
            ])
        let record = try #require(try records([one]).first)
        let expected = Record(
            messageId: "m-1", receiptHandle: "receipt", body: one.body,
            attributes: one.systemAttributes,
            messageAttributes: [
                "n": Record.Attribute(stringValue: "12345678901234567890", dataType: "Number"),
                "b": Record.Attribute(binaryValue: "AP8=", dataType: "Binary"),
            ], md5OfBody: "b5", md5OfMessageAttributes: "a5", eventSource: "aws:sqs",
            eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:orders", awsRegion: "eu-west-1")
        #expect(record == expected)
    }

    @Test func `records keep their order, and none is an event too`() throws {
        let many = (0..<100).map { message(id: "m-\($0)", body: $0.isMultiple(of: 2) ? "" : "x") }
        let found = try records(many)
        #expect(found.map(\.messageId) == many.map(\.id))
        #expect(found.filter { $0.md5OfMessageAttributes == nil }.count == 50)
        #expect(try records([]).isEmpty)
    }

    @Test(arguments: [
        (
            "https://sqs.eu-west-1.amazonaws.com/123456789012/q",
            "arn:aws-cn:sqs:cn-north-1:210987654321:q" as String?,
            "arn:aws-cn:sqs:cn-north-1:210987654321:q", "cn-north-1",
            "arn:aws-cn:lambda:cn-north-1:210987654321:function:f"
        ),
        (
            "https://sqs.eu-west-1.amazonaws.com/123456789012/q", nil,
            "arn:aws:sqs:eu-west-1:123456789012:q", "eu-west-1",
            "arn:aws:lambda:eu-west-1:123456789012:function:f"
        ),
        (
            "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/q", nil,
            "arn:aws-cn:sqs:cn-north-1:123456789012:q", "cn-north-1",
            "arn:aws-cn:lambda:cn-north-1:123456789012:function:f"
        ),
        (
            "http://127.0.0.1:9324/q", "arn:yc:ymq:ru-central1:b1g:q",
            "arn:yc:ymq:ru-central1:b1g:q", "ru-central1",
            "arn:yc:lambda:ru-central1:b1g:function:f"
        ),
        (
            "http://127.0.0.1:9324/q", nil, "arn:aws:sqs:us-east-1:000000000000:q", "us-east-1",
            "arn:aws:lambda:us-east-1:000000000000:function:f"
        ),
    ])
    func `the source is the queue's ARN, or what its URL says`(
        url: String, arn: String?, queueARN: String, region: String, functionARN: String
    ) {
        let source = EventSource(Queue(name: "q", url: url, arn: arn), defaultRegion: "us-east-1")
        #expect(source.queueARN == queueARN)
        #expect(source.region == region)
        #expect(source.functionARN("f") == functionARN)
    }
}

struct FunctionEnvironmentTests {
    private static let source = EventSource(
        Queue(name: "q", url: "u", arn: "arn:aws:sqs:eu-west-1:1:q"), defaultRegion: "x")
    private static let daemon = [
        "PATH": "/bin", "TZ": "Europe/Berlin", "AWS_SECRET_ACCESS_KEY": "daemon's",
        "AWS_REGION": "elsewhere", "NOTIFY_SOCKET": "/run/n",
    ]
    private static let credentials = Credentials(
        accessKeyID: "id", secretAccessKey: "secret", sessionToken: "token")

    private func variables(
        own: [String: String] = [:], credentials: Credentials? = nil
    ) -> [String: String] {
        var settings = LambdaSettings(
            command: ["python3", "-m", "awslambdaric", "app.handler"],
            daemonEnvironment: Self.daemon)
        settings.workingDirectory = "/srv"
        settings.environment = own
        return FunctionEnvironment(settings, source: Self.source).variables(
            api: "127.0.0.1:9", logStream: "stream", credentials: credentials)
    }

    @Test func `it is what Lambda sets, and nothing of the daemon's but what programs need`() {
        #expect(
            variables() == [
                "AWS_DEFAULT_REGION": "eu-west-1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "10240",
                "AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
                "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
                "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f",
                "AWS_LAMBDA_LOG_STREAM_NAME": "stream", "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9",
                "AWS_REGION": "eu-west-1", "LAMBDA_TASK_ROOT": "/srv", "PATH": "/bin",
                "TZ": ":UTC", "_HANDLER": "app.handler",
            ])
    }

    @Test func `without a working directory the task's root is where the process starts`() {
        let settings = LambdaSettings(command: ["f"])
        let variables = FunctionEnvironment(settings, source: Self.source).variables(
            api: "127.0.0.1:9", logStream: "stream", credentials: nil)
        #expect(variables["LAMBDA_TASK_ROOT"] == FileManager.default.currentDirectoryPath)
    }

    @Test func `the operator's variables win, but not over the address of the API`() {
        let own = [
            "TZ": "Asia/Tokyo", "_HANDLER": "other.handler", "AWS_REGION": "us-west-2",
            "AWS_LAMBDA_RUNTIME_API": "evil:1", "STAGE": "test",
        ]
        var expected = variables().merging(own) { $1 }
        expected["AWS_LAMBDA_RUNTIME_API"] = "127.0.0.1:9"
        #expect(variables(own: own) == expected)
    }

    @Test func `credentials are whole, never mixed with others`() {
        let own = ["AWS_ACCESS_KEY_ID": "own", "AWS_SESSION_TOKEN": "own"]
        let temporary = variables(own: own, credentials: Self.credentials)
        #expect(temporary["AWS_ACCESS_KEY_ID"] == "id")
        #expect(temporary["AWS_SECRET_ACCESS_KEY"] == "secret")
        #expect(temporary["AWS_SESSION_TOKEN"] == "token")
        let lasting = Credentials(accessKeyID: "id", secretAccessKey: "secret")
        #expect(variables(own: own, credentials: lasting)["AWS_SESSION_TOKEN"] == nil)
    }

    @Test func `a log stream is named by its day and process`() {
        #expect(
            FunctionEnvironment.logStream(at: 1_700_000_000_123, id: "ab")
                == "2023/11/14/[$LATEST]ab")
    }
}
