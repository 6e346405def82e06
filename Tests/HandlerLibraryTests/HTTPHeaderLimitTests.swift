import HTTP
import HandlerLibrary
import MessageHandling
import TestKit
import Testing

/// Messages whose headers no server would take.
struct HTTPHeaderLimitTests {
    private func post(
        _ attributes: [String: MessageAttribute], limit: Int? = nil
    ) async throws -> (headers: HTTPHeaders, log: [String]) {
        let transport = ScriptedTransport([.answer("")])
        let log = LogRecorder()
        var settings = HTTPSettings(url: "http://h/work")
        settings.headers = ["Authorization": "Bearer 0123456789"]
        if let limit { settings.headersLimit = limit }
        let handler = HTTPHandler(settings, transport: transport)
        let message = message(body: "hello", attributes: attributes)
        #expect(try await handler.handle(message, context: log.context()) == .done)
        let request = try #require(transport.sent.first).request
        #expect(request.body == Array("hello".utf8))
        return (request.headers, log.warnings)
    }

    private func size(of headers: HTTPHeaders) -> Int {
        headers.fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
    }

    private func large(_ count: Int) -> MessageAttribute {
        text(String(repeating: "x", count: count))
    }

    @Test
    func `an attribute that no header can hold is left out, with a word, and the rest is sent`()
        async throws
    {
        let (headers, log) = try await post(["doc": large(60_000), "tenant": text("a")])
        #expect(headers["X-Aws-Sqsd-Attr-Doc"] == nil)
        #expect(headers["X-Aws-Sqsd-Attr-Tenant"] == "a")
        #expect(headers["X-Sqs-Subscriber-Omitted"] == "X-Aws-Sqsd-Attr-doc")
        #expect(headers["Authorization"] == "Bearer 0123456789")
        #expect(
            log == [
                """
                posted without X-Aws-Sqsd-Attr-doc: all headers together would be larger than \
                http.headers_limit, 8192 bytes; X-Sqs-Subscriber-Omitted tells the endpoint which
                """
            ])
    }

    @Test func `of many attributes the largest are left out until the others fit`() async throws {
        let attributes = Dictionary(
            uniqueKeysWithValues: (1...9).map { ("a\($0)", large($0 * 300)) })
        let (headers, log) = try await post(attributes)
        #expect(
            headers["X-Sqs-Subscriber-Omitted"] == "X-Aws-Sqsd-Attr-a7, X-Aws-Sqsd-Attr-a8, "
                + "X-Aws-Sqsd-Attr-a9")
        #expect(
            headers.fields.filter { $0.name.contains("-Attr-") }.map(\.name)
                == (1...6).map { "X-Aws-Sqsd-Attr-a\($0)" })
        #expect(size(of: headers) < 8_192 - 200)
        #expect(log.count == 1)
    }

    @Test func `a server that takes more is sent more`() async throws {
        let (headers, log) = try await post(["doc": large(60_000)], limit: 65_536)
        #expect(headers["X-Aws-Sqsd-Attr-doc"]?.utf8.count == 60_000)
        #expect(headers["X-Sqs-Subscriber-Omitted"] == nil)
        #expect(log.isEmpty)
    }

    @Test func `nor are there more headers than a server counts`() async throws {
        let attributes = Dictionary(
            uniqueKeysWithValues: (100..<400).map { ("a\($0)", text("")) })
        let (headers, log) = try await post(attributes, limit: 1 << 20)
        #expect(headers.fields.count < 100)
        #expect(headers["X-Sqs-Subscriber-Omitted"]?.utf8.count == 512)
        #expect(log.count == 1)
    }

    @Test(arguments: [
        (413, "the endpoint answered 413: it takes no body of this size; raise its limit"),
        (
            431,
            "the endpoint answered 431: it takes no headers of this size; lower http.headers_limit"
        ),
    ])
    func `an endpoint that says what is too large is understood`(status: Int, reason: String) throws
    {
        let finding = try HTTPOutcome.finding(of: .success(HTTPResponse(status: status)))
        #expect(finding.reason == reason)
    }
}
