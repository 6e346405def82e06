package import AWS
internal import Logging
package import MessageHandling

/// Posts each message to an endpoint: the body as it is, the rest in `X-Aws-Sqsd-*` headers, the
/// status the outcome. A worker made for Elastic Beanstalk understands it.
package struct HTTPHandler: MessageHandler {
    private let settings: HTTPHandlerSettings
    private let transport: any Transport

    package init(_ settings: HTTPHandlerSettings, transport: any Transport) {
        self.settings = settings
        self.transport = transport
    }

    /// - Throws: `HandlerUnavailable` when nothing can be reached at the URL; `CancellationError`.
    package func handle(_ message: Message, context: HandlerContext) async throws -> Outcome {
        try Task.checkCancellation()
        let answer: Result<HTTPResponse, TransportError>
        do {
            answer = .success(
                try await transport.send(request(for: message), timeout: settings.timeout))
        } catch {
            if error.kind == .cancelled { throw CancellationError() }
            answer = .failure(error)
        }
        let verdict = try HTTPOutcome.verdict(of: answer)
        if let reason = verdict.reason { context.logger.warning("\(reason)") }
        return verdict.outcome
    }

    private func request(for message: Message) -> HTTPRequest {
        var headers = WorkerHeaders.headers(of: message)
        headers["Content-Type"] = HeaderText.value(settings.contentType)
        headers["User-Agent"] = HeaderText.value(settings.userAgent)
        for (name, value) in settings.headers.sorted(by: { $0.key < $1.key }) {
            let name = HeaderText.name(name)
            if !name.isEmpty, headers[name] == nil { headers.add(name, HeaderText.value(value)) }
        }
        return HTTPRequest(
            method: "POST", url: settings.url, headers: headers, body: Array(message.body.utf8))
    }
}
