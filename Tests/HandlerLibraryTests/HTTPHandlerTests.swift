import FoundationEssentials
import HTTP
import HandlerLibrary
import MessageHandling
import TestKit
import Testing

struct HTTPHandlerTests {
    private let settings: HTTPSettings = {
        var settings = HTTPSettings(url: "http://127.0.0.1:8080/work?a=b")
        settings.timeout = .seconds(7)
        return settings
    }()

    private func post(
        _ message: Message, _ settings: HTTPSettings
    ) async throws -> ScriptedTransport.Sent {
        let transport = ScriptedTransport([.answer("")])
        let handler = HTTPHandler(settings, transport: transport)
        let outcome = try await handler.handle(message, context: LogRecorder().context())
        #expect(outcome == .done)
        return try #require(transport.sent.first)
    }

    @Test func `a message is one POST as the Elastic Beanstalk worker daemon sends it`()
        async throws
    {
        let message = message(
            body: "{\"n\":1}\n🦤",
            attributes: [
                "Color": text("blue"), "n": text("1.50", type: "Number.float"),
                "raw": MessageAttribute(dataType: "Binary", value: .binary([1])),
            ])
        let sent = try await post(message, settings)
        #expect(sent.timeout == .seconds(7))
        var expected = HTTPHeaders()
        expected.add("X-Aws-Sqsd-Msgid", "m-1")
        expected.add("X-Aws-Sqsd-Queue", "orders")
        expected.add("X-Aws-Sqsd-First-Received-At", "2023-11-14T22:13:20Z")
        expected.add("X-Aws-Sqsd-Receive-Count", "2")
        expected.add("X-Aws-Sqsd-Sent-At", "2023-11-14T22:13:20Z")
        expected.add("X-Aws-Sqsd-Attr-Color", "blue")
        expected.add("X-Aws-Sqsd-Attr-n", "1.50")
        expected.add("Content-Type", "application/json")
        expected.add("User-Agent", "sqs-subscriber")
        #expect(
            sent.request
                == HTTPRequest(
                    method: "POST", url: settings.url, headers: expected,
                    body: Array("{\"n\":1}\n🦤".utf8)))
    }

    @Test func `settings choose type and agent, and add headers but replace none`() async throws {
        var settings = settings
        settings.contentType = "text/plain"
        settings.userAgent = "aws-sqsd/2.0"
        settings.headers = ["X-Team": "a", "x-aws-sqsd-msgid": "forged", "user-agent": "forged"]
        let headers = try await post(message(), settings).request.headers
        #expect(headers["Content-Type"] == "text/plain")
        #expect(headers["User-Agent"] == "aws-sqsd/2.0")
        #expect(headers["X-Team"] == "a")
        #expect(headers["X-Aws-Sqsd-Msgid"] == "m-1")
        #expect(!headers.fields.contains { $0.value == "forged" })
    }

    @Test func `no attribute can add a header or end one`() async throws {
        let message = message(attributes: [
            "a": text("1\r\nX-Admin: yes"), "b\r\nX-Admin": text("yes"), "c": text("\u{85}\u{0}"),
        ])
        let fields = try await post(message, settings).request.headers.fields
        let attributes = fields.filter { $0.name.hasPrefix("X-Aws-Sqsd-Attr-") }
        #expect(
            attributes.map(\.name)
                == ["X-Aws-Sqsd-Attr-a", "X-Aws-Sqsd-Attr-b--X-Admin", "X-Aws-Sqsd-Attr-c"])
        #expect(attributes.map(\.value) == ["1  X-Admin: yes", "yes", ""])
    }

    @Test(arguments: [
        ("plain", "plain"), ("  a \t b\t", "a   b"), ("é🦤", "é🦤"), ("", ""), ("\r\n", ""),
        ("a\u{7F}b", "a b"),
    ])
    func `header values keep what may stand in them`(text: String, value: String) {
        #expect(HeaderText.value(text) == value)
    }

    @Test func `a cancelled request is a cancelled handler`() async {
        let transport = ScriptedTransport([.failure(.cancelled)])
        let handler = HTTPHandler(settings, transport: transport)
        await #expect(throws: CancellationError.self) {
            try await handler.handle(message(), context: LogRecorder().context())
        }
    }
}

/// Finds nobody, or somebody, at the URL.
private struct ConnectionScript: Transport {
    let failure: TransportError?

    func connect(to url: String) async throws(TransportError) {
        if let failure { throw failure }
    }

    func send(
        _ request: HTTPRequest, timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        throw TransportError(.malformed, "a request was sent")
    }
}

struct HTTPAvailabilityTests {
    @Test(
        arguments: [
            (nil, false), (.unreachable, true), (.unresolved, true), (.invalidURL, true),
            (.tls, true),
            // Somebody may be there all the same.
            (.closed, false), (.cancelled, false),
        ] as [(TransportError.Kind?, Bool)])
    func `an endpoint that nobody listens at is unavailable, without a request`(
        kind: TransportError.Kind?, isUnavailable: Bool
    ) async {
        let transport = ConnectionScript(failure: kind.map { TransportError($0, "what happened") })
        let handler = HTTPHandler(
            HTTPSettings(url: "http://127.0.0.1/"), transport: transport)
        var reason: String?
        do throws(HandlerUnavailable) {
            try await handler.checkAvailability()
        } catch {
            reason = error.description
        }
        #expect((reason?.contains("what happened") ?? false) == isUnavailable)
        #expect((reason == nil) != isUnavailable)
    }
}

struct HTTPOutcomeTests {
    @Test(
        arguments: [
            (200, nil, .done), (201, nil, .done), (204, nil, .done), (299, nil, .done),
            (100, nil, .retry()), (301, nil, .retry()), (302, nil, .retry()), (307, nil, .retry()),
            (400, nil, .retry()), (404, nil, .retry()), (413, nil, .retry()), (431, nil, .retry()),
            (500, nil, .retry()),
            (500, "5", .retry()), (200, "5", .done), (302, "5", .retry()),
            (429, nil, .retry()), (501, nil, .retry()), (505, nil, .retry()),
            (429, "5", .retry(after: .seconds(5))), (503, "120", .retry(after: .seconds(120))),
            (429, "0", .retry()), (429, "-1", .retry()), (429, "1.5", .retry()),
            (429, "", .retry()), (429, "soon", .retry()), (429, "+5", .retry()),
            (503, "Sat, 01 Jan 2000 00:00:30 GMT", .retry(after: .seconds(30))),
            (429, "Fri, 31 Dec 1999 23:59:59 GMT", .retry()),
            (503, "43200", .retry(after: .seconds(43_200))),
            (503, "43201", .retry(after: .seconds(43_200))),
            (503, "99999999999999999999", .retry(after: .seconds(43_200))),
            (0, nil, .retry()), (600, nil, .retry()),
        ] as [(Int, String?, HandlerResult)])
    func `a status is an outcome`(status: Int, retryAfter: String?, outcome: HandlerResult) throws {
        var headers = HTTPHeaders()
        headers["retry-after"] = retryAfter
        let response = HTTPResponse(status: status, headers: headers)
        let finding = try HTTPOutcome.finding(
            of: .success(response), now: Date(timeIntervalSince1970: 946_684_800))
        #expect(finding.result == outcome)
        #expect((finding.reason == nil) == (outcome == .done))
        #expect(finding.reason?.contains("\(status)") ?? true)
    }

    @Test(
        arguments: [
            (200, nil, .done), (201, nil, .failed(after: .seconds(2))),
            (204, nil, .failed(after: .seconds(2))), (302, nil, .failed(after: .seconds(2))),
            (500, nil, .failed(after: .seconds(2))), (429, "7", .retry(after: .seconds(7))),
            (429, nil, .failed(after: .seconds(2))), (429, "0", .failed(after: .seconds(2))),
            (404, nil, .failed(after: .seconds(2))),
            (422, nil, .reject(reason: "the endpoint rejected the message with 422")),
            (503, nil, .reject(reason: "the endpoint rejected the message with 503")),
        ] as [(Int, String?, HandlerResult)])
    func `settings say what is done, rejected, and how long an error lasts`(
        status: Int, retryAfter: String?, outcome: HandlerResult
    ) throws {
        var headers = HTTPHeaders()
        headers["Retry-After"] = retryAfter
        let policy = StatusPolicy(
            success: .only200, rejected: [422, 503], errorDelay: .seconds(2))
        let response = HTTPResponse(status: status, headers: headers)
        #expect(
            try HTTPOutcome.finding(of: .success(response), policy: policy).result == outcome)
    }

    @Test(
        arguments: [
            (500, nil, true), (404, nil, true), (302, nil, true), (429, nil, true),
            (429, "0", true), (503, "7", false), (429, "1", false),
        ] as [(Int, String?, Bool)])
    func `a configured delay is the handler's failure, one that the endpoint asks for is not`(
        status: Int, retryAfter: String?, isFailure: Bool
    ) async throws {
        var headers = HTTPHeaders()
        headers["Retry-After"] = retryAfter
        let settings = HTTPSettings(
            url: "http://127.0.0.1/", statuses: StatusPolicy(errorDelay: .seconds(2)))
        let handler = HTTPHandler(
            settings,
            transport: ScriptedTransport([.answer("", status: status, headers: headers)]))
        let result = try await handler.handle(message(), context: LogRecorder().context())
        #expect((result == .failed(after: .seconds(2))) == isFailure)
    }

    @Test(
        arguments: [
            (502, nil), (502, "7"), (503, nil), (503, "0"), (503, "soon"),
            (503, "Fri, 31 Dec 1999 23:59:59 GMT"), (504, nil), (504, "7"),
        ] as [(Int, String?)])
    func `a gateway that says so makes the handler unavailable, whatever delay is configured`(
        status: Int, retryAfter: String?
    ) throws {
        var headers = HTTPHeaders()
        headers["Retry-After"] = retryAfter
        let error = try #require(throws: HandlerUnavailable.self) {
            try HTTPOutcome.finding(
                of: .success(HTTPResponse(status: status, headers: headers)),
                policy: StatusPolicy(errorDelay: .seconds(2)),
                now: Date(timeIntervalSince1970: 946_684_800))
        }
        #expect(error.description.contains("\(status)"))
    }

    @Test func `white space around Retry-After does not count`() throws {
        let headers: HTTPHeaders = ["Retry-After": " \t7  "]
        let answer = HTTPResponse(status: 503, headers: headers)
        #expect(try HTTPOutcome.finding(of: .success(answer)).result == .retry(after: .seconds(7)))
    }

    @Test func `a connection that was closed unused brings the message back soon`() throws {
        let finding = try HTTPOutcome.finding(
            of: .failure(TransportError(.stale, "what happened")),
            policy: StatusPolicy(errorDelay: .seconds(600)))
        #expect(finding.result == .retry(after: HTTPOutcome.staleDelay))
        #expect(finding.reason?.contains("what happened") == true)
    }

    @Test(arguments: [
        TransportError.Kind.timeout, .closed, .tooLarge, .malformed, .cancelled,
    ])
    func `an answer that did not come is a retry`(kind: TransportError.Kind) throws {
        let finding = try HTTPOutcome.finding(of: .failure(TransportError(kind, "what happened")))
        #expect(finding.result == .retry())
        #expect(finding.reason?.contains("what happened") == true)
    }

    @Test(arguments: [
        (TransportError.Kind.unresolved, "`url`"), (.unreachable, "start the server"),
        (.tls, "certificate"), (.invalidURL, "`url`"),
    ])
    func `an endpoint that no message can reach makes the handler unavailable`(
        kind: TransportError.Kind, remedy: String
    ) throws {
        let error = try #require(throws: HandlerUnavailable.self) {
            try HTTPOutcome.finding(of: .failure(TransportError(kind, "what happened")))
        }
        #expect(error.description.contains("what happened"))
        #expect(error.description.contains(remedy))
    }
}
