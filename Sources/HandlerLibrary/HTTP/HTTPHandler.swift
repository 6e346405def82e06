private import FoundationEssentials
package import HTTP
internal import Logging
package import MessageHandling

/// Posts each message to an endpoint: the body as it is, the rest in `X-Aws-Sqsd-*` headers, the
/// status the outcome. A worker made for Elastic Beanstalk understands it.
package struct HTTPHandler: Handler {
    private let settings: HTTPSettings
    /// The URL as the transport takes it.
    private let url: String
    private let signature: MessageSignature?
    /// The headers that the settings say: of all messages the same, but for the signature.
    private let ownHeaders: HTTPHeaders
    private let transport: any Transport

    /// - Parameter signature: `nil`: requests are not signed.
    package init(
        _ settings: HTTPSettings, signature: MessageSignature? = nil,
        transport: any Transport
    ) {
        self.settings = settings
        url = HTTPTarget(settings.url)?.url ?? settings.url
        self.signature = signature
        self.transport = transport
        ownHeaders = Self.ownHeaders(settings, url: url, isSigned: signature != nil)
    }

    /// True: a run puts a request together and awaits its answer.
    package var isNonblocking: Bool { true }

    /// How the run ended goes into the notes, and is not logged.
    ///
    /// - Throws: `HandlerUnavailable` when nothing can be reached at the URL; `CancellationError`.
    package func handle(
        _ message: Message, context: HandlerContext
    ) async throws -> HandlerResult {
        try Task.checkCancellation()
        let answer: Result<HTTPResponse, TransportError>
        do {
            let request = request(for: message, logger: context.logger)
            answer = .success(try await transport.send(request, timeout: settings.timeout))
        } catch {
            if error.kind == .cancelled { throw CancellationError() }
            answer = .failure(error)
        }
        let response = try? answer.get()
        let fields = response.map { ["http_status": "\($0.status)"] } ?? [:]
        let finding: Finding
        do throws(HandlerUnavailable) {
            finding = try HTTPOutcome.finding(of: answer, policy: settings.statuses)
        } catch {
            let output = response.flatMap(AnswerText.init)?.text
            context.notes.change { $0 = RunDetail(output: output, fields: fields) }
            throw error
        }
        let output = finding.reason == nil ? nil : response.flatMap(AnswerText.init)?.text
        context.notes.change {
            $0 = RunDetail(ending: finding.ending, output: output, fields: fields)
        }
        return finding.result
    }

    /// Connects to the endpoint, where the transport can, and asks nothing of it.
    package func checkAvailability() async throws(HandlerUnavailable) {
        let failure: TransportError
        do throws(TransportError) {
            return try await transport.connect(to: url)
        } catch {
            failure = error
        }
        _ = try HTTPOutcome.finding(of: .failure(failure))
    }

    private func request(for message: Message, logger: Logger) -> HTTPRequest {
        var own = ownHeaders
        if let signature {
            own[MessageSignature.header] = signature.value(for: message, at: Date())
        }
        let url = url(for: message)
        let room = settings.headersLimit - Self.clientRoom - url.utf8.count - own.size
        let described = WorkerHeaders(message, room: room)
        if let omitted = described.omitted {
            logger.warning(
                """
                posted without \(omitted): all headers together \
                would be larger than http.headers_limit, \(settings.headersLimit) bytes; \
                \(WorkerHeaders.omittedName) tells the endpoint which
                """)
        }
        var headers = described.headers
        for field in own.fields where headers[field.name] == nil {
            headers.add(field.name, field.value)
        }
        return HTTPRequest(
            method: "POST", url: url, headers: headers, body: Array(message.body.utf8))
    }

    /// What is kept free for the rest of a request's beginning: the method and the version, and
    /// what the client adds to it, `Host` and `Content-Length` among them.
    private static let clientRoom = 256

    private static func ownHeaders(
        _ settings: HTTPSettings, url: String, isSigned: Bool
    ) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers["Content-Type"] = HeaderText.value(settings.contentType)
        headers["User-Agent"] = HeaderText.value(settings.userAgent)
        // A socket has no name; without this the header would be empty, which some servers refuse.
        if HTTPTarget.isSocket(url: url) { headers["Host"] = "localhost" }
        // Its value is of each message.
        if isSigned { headers[MessageSignature.header] = "" }
        for (name, value) in settings.headers.sorted(by: { $0.key < $1.key }) {
            let name = HeaderText.name(name)
            if !name.isEmpty, headers[name] == nil { headers.add(name, HeaderText.value(value)) }
        }
        return headers
    }

    private func url(for message: Message) -> String {
        guard settings.postsToTaskPath,
            PeriodicTask.text(PeriodicTask.scheduledTime, of: message) != nil,
            let path = PeriodicTask.text(PeriodicTask.path, of: message)
        else { return url }
        return TaskPath.url(url, path: path)
    }
}
