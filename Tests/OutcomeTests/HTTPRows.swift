import FoundationEssentials
import HTTP
import HandlerLibrary
import MessageHandling
import SubscriberEngine
import TestKit

/// Endpoints: what they answer, and what keeps them from answering.
enum HTTPRows {
    static let all =
        successes + failures + delays + rejections + gateways + troubles + handler

    private static func row(
        _ happening: String, _ answer: Result<HTTPResponse, TransportError>,
        _ result: RunResult, _ fate: [Fate], policy: StatusPolicy = StatusPolicy(),
        _ change: (inout Row) -> Void = { _ in }
    ) -> Row {
        var row = Row(
            kind: "http", happening: happening,
            handler: HTTPHandler(
                settings(policy), transport: ScriptedTransport([answer])),
            result: result, fate: fate)
        change(&row)
        return row
    }

    private static func settings(_ policy: StatusPolicy = StatusPolicy()) -> HTTPSettings {
        var settings = HTTPSettings()
        settings.url = "http://127.0.0.1/"
        settings.statuses = policy
        return settings
    }

    private static func status(
        _ status: Int, _ retryAfter: String? = nil
    ) -> Result<HTTPResponse, TransportError> {
        var headers = HTTPHeaders()
        headers["Retry-After"] = retryAfter
        return .success(HTTPResponse(status: status, headers: headers))
    }

    private static func trouble(
        _ kind: TransportError.Kind
    ) -> Result<HTTPResponse, TransportError> {
        .failure(TransportError(kind, "what happened"))
    }

    private static let only200 = StatusPolicy(success: .only200)

    private static let successes = [
        row("200", status(200), .done, [.deleted]),
        row("204", status(204), .done, [.deleted]),
        row("202 with Retry-After", status(202, "5"), .done, [.deleted]),
        row("200, success = 200", status(200), .done, [.deleted], policy: only200),
        row("204, success = 200", status(204), .retry(), [], policy: only200),
    ]

    private static let failures = [
        row("301", status(301), .retry(), []),
        row("302 with Retry-After", status(302, "5"), .retry(), []),
        row("400", status(400), .retry(), []),
        row("404", status(404), .retry(), []),
        row("500", status(500), .retry(), []),
        row("500 with Retry-After", status(500, "5"), .retry(), []),
        row("500, with delays in [retry]", status(500), .retry(), [.visible(after: .zero)]) {
            $0.retry = .delays([.zero])
        },
        row("a status that there is not", status(999), .retry(), []),
    ]

    private static let delays = [
        row("429", status(429), .retry(), []),
        row(
            "429 with Retry-After", status(429, "7"), .retry(after: .seconds(7)),
            [.visible(after: .seconds(7))]),
        row(
            "503 with Retry-After", status(503, "7"), .retry(after: .seconds(7)),
            [.visible(after: .seconds(7))]),
        row("429 with Retry-After 0", status(429, "0"), .retry(), []),
        row(
            "429 with a date that is over", status(429, "Thu, 01 Jan 1970 00:00:00 GMT"),
            .retry(), []),
        row("429 with a Retry-After that is none", status(429, "soon"), .retry(), []),
        row(
            "500, error_visibility_timeout = 2s", status(500), .retry(after: .seconds(2)),
            [.visible(after: .seconds(2))], policy: StatusPolicy(errorDelay: .seconds(2))),
        row(
            "429 with Retry-After, error_visibility_timeout = 2s", status(429, "7"),
            .retry(after: .seconds(7)), [.visible(after: .seconds(7))],
            policy: StatusPolicy(errorDelay: .seconds(2))),
        row(
            "no answer, error_visibility_timeout = 2s", trouble(.timeout), .retry(), [],
            policy: StatusPolicy(errorDelay: .seconds(2))),
    ]

    private static let rejections = [
        row(
            "422 in reject_status, no dead-letter queue", status(422), .reject, [],
            policy: StatusPolicy(rejected: [422])),
        row(
            "422 in reject_status", status(422), .reject, [.deadLettered, .deleted],
            policy: StatusPolicy(rejected: [422])
        ) { $0.hasDeadLetterQueue = true },
        row(
            "400, not in reject_status", status(400), .retry(), [],
            policy: StatusPolicy(rejected: [422])
        ) { $0.hasDeadLetterQueue = true },
        row(
            "503 with Retry-After, in reject_status", status(503, "7"), .reject, [],
            policy: StatusPolicy(rejected: [503])),
    ]

    private static let gateways = [
        row("502", status(502), .unavailable, [.visible(after: .zero)]),
        row("502 with Retry-After", status(502, "7"), .unavailable, [.visible(after: .zero)]),
        row("503", status(503), .unavailable, [.visible(after: .zero)]),
        row("503 with Retry-After 0", status(503, "0"), .unavailable, [.visible(after: .zero)]),
        row(
            "503 with a date that is over", status(503, "Thu, 01 Jan 1970 00:00:00 GMT"),
            .unavailable, [.visible(after: .zero)]),
        row(
            "503 with a Retry-After that is none", status(503, "soon"), .unavailable,
            [.visible(after: .zero)]),
        row("504", status(504), .unavailable, [.visible(after: .zero)]),
        row(
            "504, error_visibility_timeout = 2s", status(504), .unavailable,
            [.visible(after: .zero)], policy: StatusPolicy(errorDelay: .seconds(2))),
        row(
            "502 in reject_status", status(502), .reject, [],
            policy: StatusPolicy(rejected: [502])),
    ]

    private static let troubles = [
        row("no whole answer in time", trouble(.timeout), .retry(), []),
        row("the connection is cut in the answer", trouble(.closed), .retry(), []),
        row("the answer is not HTTP", trouble(.malformed), .retry(), []),
        row("the answer is too large", trouble(.tooLarge), .retry(), []),
        row(
            "the connection is refused", trouble(.unreachable), .unavailable,
            [.visible(after: .zero)]),
        row("the name is unknown", trouble(.unresolved), .unavailable, [.visible(after: .zero)]),
        row(
            "the certificate is not trusted", trouble(.tls), .unavailable,
            [.visible(after: .zero)]),
        row("the URL cannot be used", trouble(.invalidURL), .unavailable, [.visible(after: .zero)]),
    ]

    private static let handler = [
        Row(
            kind: "http", happening: "stopped while it waits for the answer",
            handler: HTTPHandler(
                settings(), transport: SilentTransport()),
            result: .cancelled, fate: [.visible(after: .zero)], isStopped: true),
        Row(
            kind: "http", happening: "its key file is missing",
            handler: UnavailableHandler("the key file '/x' cannot be read"), result: .unavailable,
            fate: [.visible(after: .zero)]),
    ]
}

/// Answers nothing until it is cancelled.
private struct SilentTransport: Transport {
    func send(
        _ request: HTTPRequest, timeout: Duration
    ) async throws(TransportError) -> HTTPResponse {
        let (never, end) = AsyncStream<Never>.makeStream()
        for await _ in never {}
        end.finish()
        throw TransportError(.cancelled, "the request was cancelled")
    }
}
