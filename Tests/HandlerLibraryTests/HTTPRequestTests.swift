import Crypto
import FoundationEssentials
import HTTP
import HandlerLibrary
import MessageHandling
import TestKit
import Testing

/// Periodic tasks, signatures and sockets: what only some requests have.
struct HTTPRequestTests {
    private func post(
        _ message: Message, _ settings: HTTPSettings, signature: MessageSignature? = nil
    ) async throws -> HTTPRequest {
        let transport = ScriptedTransport([.answer("")])
        let handler = HTTPHandler(settings, signature: signature, transport: transport)
        #expect(try await handler.handle(message, context: LogRecorder().context()) == .done)
        return try #require(transport.sent.first).request
    }

    private let task = message(
        attributes: [
            "beanstalk.sqsd.path": text("/tasks/nightly?full=1"),
            "beanstalk.sqsd.task_name": text("nightly"),
            "beanstalk.sqsd.scheduled_time": text("2026-01-01T03:00:00Z"),
            "Color": text("blue"),
        ], system: ["SenderId": "AIDAEXAMPLE"])

    @Test
    func `a periodic task has its name, time, path and sender, and no attribute of the daemon`()
        async throws
    {
        let headers = try await post(task, HTTPSettings(url: "http://h/work")).headers
        #expect(headers["X-Aws-Sqsd-Taskname"] == "nightly")
        #expect(headers["X-Aws-Sqsd-Scheduled-At"] == "2026-01-01T03:00:00Z")
        #expect(headers["X-Aws-Sqsd-Path"] == "/tasks/nightly?full=1")
        #expect(headers["X-Aws-Sqsd-Sender-Id"] == "AIDAEXAMPLE")
        let attributes = headers.fields.filter { $0.name.contains("-Attr-") }
        #expect(attributes.map(\.name) == ["X-Aws-Sqsd-Attr-Color"])
    }

    @Test func `the trace of a message is that of its request`() async throws {
        let context = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
        let traced = message(
            attributes: ["traceparent": text(context)], system: ["AWSTraceHeader": header])
        let headers = try await post(traced, HTTPSettings(url: "http://h/work")).headers
        #expect(headers["traceparent"] == context)
        #expect(headers["X-Amzn-Trace-Id"] == header)
        let plain = try await post(message(), HTTPSettings(url: "http://h/work")).headers
        #expect(plain["traceparent"] == nil && plain["X-Amzn-Trace-Id"] == nil)
    }

    @Test(arguments: [
        (true, "http://h:80/work?a", "http://h:80/tasks/nightly?full=1"),
        (true, "unix:/x:/work", "http+unix://%2Fx/tasks/nightly?full=1"),
        (true, "http://h", "http://h/tasks/nightly?full=1"),
        (false, "http://h/work", "http://h/work"),
    ])
    func `a task is posted to its path only where the settings say so`(
        follows: Bool, url: String, expected: String
    ) async throws {
        let settings = HTTPSettings(url: url, postsToTaskPath: follows)
        #expect(try await post(task, settings).url == expected)
    }

    @Test func `a message that no schedule sent stays at the URL`() async throws {
        let message = message(attributes: ["beanstalk.sqsd.path": text("/admin")])
        let settings = HTTPSettings(url: "http://h/work", postsToTaskPath: true)
        #expect(try await post(message, settings).url == "http://h/work")
    }

    @Test(arguments: [
        ("/a", "http://h/a"), ("a", "http://h/a"), ("//evil/x", "http://h//evil/x"),
        ("@evil/", "http://h/@evil/"), ("http://evil/", "http://h/http://evil/"),
        ("/a b\r\nX: y", "http://h/a%20b%0D%0AX:%20y"), ("/é#x", "http://h/%C3%A9%23x"),
        ("", "http://h/"),
    ])
    func `a task's path never leaves the server`(path: String, expected: String) {
        #expect(TaskPath.url("http://h/work?x=y", path: path) == expected)
    }

    private func signature(keyFile content: String) throws -> MessageSignature {
        let folder = try TemporaryFolder()
        try folder.write("key", content.utf8)
        return try MessageSignature(keyFile: folder.path(of: "key"))
    }

    /// The HMAC-SHA256 of a text, in hexadecimal.
    private func code(of text: String, key: String) -> String {
        HMAC<SHA256>.authenticationCode(
            for: Data(text.utf8), using: SymmetricKey(data: Data(key.utf8))
        ).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    @Test func `a signature is the HMAC of time, message id and body`() async throws {
        let signature = try signature(keyFile: "key")
        let message = message(id: "m-1", body: "hello")
        let time = Date(timeIntervalSince1970: 1_700_000_000.9)
        let code = code(of: "1700000000.m-1.hello", key: "key")
        #expect(signature.value(for: message, at: time) == "t=1700000000,v1=\(code)")

        let header = try await post(
            message, HTTPSettings(url: "http://h/"), signature: signature
        ).headers["X-Sqs-Subscriber-Signature"]
        #expect(header?.wholeMatch(of: #/t=\d{10,},v1=[0-9a-f]{64}/#) != nil)
        let unsigned = try await post(message, HTTPSettings(url: "http://h/")).headers
        #expect(unsigned["X-Sqs-Subscriber-Signature"] == nil)
    }

    @Test(arguments: [("key", "key"), ("key\n", "key"), ("key\r\n", "key"), ("a\nb\n\n", "a\nb\n")])
    func `a key file is its bytes without one line end`(content: String, key: String) throws {
        let signature = try signature(keyFile: content)
        #expect(
            signature.value(for: message(body: "b"), at: Date(timeIntervalSince1970: 1))
                == "t=1,v1=\(code(of: "1.m-1.b", key: key))")
    }

    @Test func `a key file that is missing or empty is named`() async throws {
        try await TemporaryFolder.with { directory in
            let file = directory + "/key"
            let missing = #expect(throws: MessageSignature.Problem.self) {
                try MessageSignature(keyFile: file)
            }
            #expect(missing?.description.contains(file) == true)
            try Data("\n".utf8).write(to: URL(filePath: file))
            let empty = #expect(throws: MessageSignature.Problem.self) {
                try MessageSignature(keyFile: file)
            }
            #expect(empty?.description == "the key file '\(file)' is empty")
        }
    }

    @Test func `a key file is read up to a limit`() async throws {
        try await TemporaryFolder.with { directory in
            let file = directory + "/key"
            let limit = MessageSignature.keyFileMaximum
            try Data(repeating: 1, count: limit).write(to: URL(filePath: file))
            _ = try MessageSignature(keyFile: file)
            try Data(repeating: 1, count: limit + 1).write(to: URL(filePath: file))
            let large = #expect(throws: MessageSignature.Problem.self) {
                try MessageSignature(keyFile: file)
            }
            #expect(
                large?.description == "the key file '\(file)' is larger than \(limit) bytes")
            // It never ends, and is not read to its end.
            #expect(throws: MessageSignature.Problem.self) {
                try MessageSignature(keyFile: "/dev/zero")
            }
        }
    }

    @Test func `a server at a socket is told a host`() async throws {
        let settings = HTTPSettings(url: "unix:/x:/work")
        #expect(try await post(message(), settings).headers["Host"] == "localhost")
        let web = HTTPSettings(url: "http://h/work")
        #expect(try await post(message(), web).headers["Host"] == nil)
    }
}

struct RetryAfterTests {
    /// 1994-11-06 08:49:37 UTC, the example of RFC 9110.
    private static let example: Double = 784_111_777

    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", nil), ("Sun Nov  6 08:49:37 1994", nil),
            ("Sun, 06 Nov 1994 08:49:38 GMT", .seconds(1)), ("0", nil), ("1", .seconds(1)),
            ("Sun, 06 Nov 1994 08:50:37 GMT", .seconds(60)),
            ("Sun Nov  6 09:49:37 1994", .seconds(3600)),
            ("Mon, 07 Nov 1994 08:49:37 GMT", RetryAfter.longestDelay),
            ("Sun, 06 Nov 1994 08:49:00 GMT", nil), ("Thu, 01 Jan 1970 00:00:00 GMT", nil),
            ("Sunday, 06-Nov-94 08:49:37 GMT", RetryAfter.longestDelay),
            ("Sun, 06 Nov 1994 08:49:37", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil),
            ("Sun, 06 Foo 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 25:49:37 GMT", nil),
            ("Sun, 99 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 08:49 GMT", nil),
            ("1994-11-06T08:49:37Z", nil), ("", nil), ("120", .seconds(120)),
        ] as [(String, Duration?)])
    func `a delay is seconds or a date in any form that HTTP has`(field: String, delay: Duration?) {
        let now = Date(timeIntervalSince1970: Self.example)
        #expect(RetryAfter.delay(field, now: now) == delay)
    }

    @Test func `a part of a second is not cut off`() {
        let now = Date(timeIntervalSince1970: Self.example - 1.5)
        #expect(RetryAfter.delay("Sun, 06 Nov 1994 08:49:37 GMT", now: now) == .seconds(2))
    }
}
