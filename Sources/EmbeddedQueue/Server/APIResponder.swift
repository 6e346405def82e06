import Calendar
import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import NIOCore
import SQS

/// Answers HTTP requests of the AWS JSON 1.0 protocol and of the older query protocol.
///
/// Signatures are not verified: any credentials do, and none as well.
///
/// A message whose answer cannot be written comes back by its visibility timeout, as in SQS.
struct APIResponder: Sendable {
    let driver: StoreDriver
    let door: Door
    let account: String
    /// How long the body of a request may take.
    let bodyTime: TimeAmount
    /// What the bodies of all requests may take together.
    let room: BodyRoom
    /// Nil where the operator has not allowed them.
    let testControls: TestControls?
    let pages: QueuePages

    /// Whether the client waits with its body for a word that it is wanted, and it is.
    func isAwaited(_ request: Request) -> Bool {
        expectsContinue(request) && refusal(of: request) == nil
    }

    /// A connection whose body takes too long is closed.
    func respond(to request: Request, on channel: any Channel) async throws -> Response {
        let refusal = refusal(of: request)
        // The body of one that waits for leave to send it does not come.
        if let refusal, expectsContinue(request) { return response(refusal, to: request) }
        let alarm = channel.eventLoop.scheduleTask(in: bodyTime) { channel.close(promise: nil) }
        var body = RequestBytes(in: room)
        defer { body.leave() }
        do {
            // To its end: a client that is still sending may not see an answer.
            for try await buffer in request.body where refusal == nil {
                body.append(buffer.readableBytesView)
            }
            alarm.cancel()
        } catch {
            alarm.cancel()
            throw error
        }
        if let refusal { return response(refusal, to: request) }
        if request.isOfPages { return await pages.respond(to: request, with: body) }
        if request.isGreeting { return Self.greeting(request) }
        return await respond(to: request, with: body, on: ConnectionID(channel))
    }

    private func respond(
        to request: Request, with body: RequestBytes, on connection: ConnectionID
    ) async -> Response {
        let head = request.callHead
        let wire = Wire(head)
        let requestID = Self.newRequestID()
        do throws(StoreError) {
            let body = try body.whole()
            if head.method == "POST",
                let answer = try await testControls?.perform(head.path, body: body)
            {
                return Self.response(.ok, "application/json", answer, requestID)
            }
            let call = try Calls.read(head, wire, body: body)
            let trace = Header.trace.flatMap { request.headers[$0] }
            let storeRequest = try call.call.request().traced(by: trace)
            let scope = RequestRegion.scope(
                authorization: request.headers[.authorization], query: head.query)
            let (region, address) = driver.place(
                of: storeRequest, named: call.region, scope: scope,
                QueueAddress(host: request.head.authority ?? "localhost", account: account))
            let answer = try await driver.perform(
                storeRequest, in: region, on: connection
            ).get()
            let bytes = wire.answer(call, answer, address, requestID: requestID)
            return Self.response(.ok, wire.contentType, bytes, requestID)
        } catch {
            return Self.response(error, status: error.code.status, wire, requestID)
        }
    }

    private func expectsContinue(_ request: Request) -> Bool {
        request.headers[.expect]?.lowercased() == "100-continue"
    }

    private func refusal(of request: Request) -> Door.Refusal? {
        // The pages keep their own door.
        guard !request.isOfPages else { return nil }
        do throws(Door.Refusal) {
            try door.check(
                Door.Visitor(
                    host: request.head.authority, origin: request.headers[.origin],
                    site: Header.fetchSite.flatMap { request.headers[$0] }),
                method: request.method.rawValue,
                methods: request.isGreeting ? ["GET", "HEAD"] : Wire(request.callHead).methods)
            return nil
        } catch {
            return error
        }
    }
}

extension APIResponder {
    fileprivate enum Header {
        typealias Name = HTTPFields.Element.Name
        static let target = Name("X-Amz-Target")
        static let requestID = Name("x-amzn-RequestId")
        static let queryError = Name("x-amzn-query-error")
        static let fetchSite = Name("Sec-Fetch-Site")
        static let trace = Name("X-Amzn-Trace-Id")
    }

    private static func newRequestID() -> String { UUID().uuidString.lowercased() }

    private static func response(
        _ error: StoreError, status: Int, _ wire: Wire, _ requestID: String
    ) -> Response {
        var response = response(
            HTTPResponse.Status(code: status), wire.contentType,
            wire.error(error, requestID: requestID), requestID)
        if wire == .json, let name = Header.queryError {
            response.headers[name] = "\(error.code.queryCode);Sender"
        }
        return response
    }

    private func response(_ refusal: Door.Refusal, to request: Request) -> Response {
        let wire = Wire(request.callHead)
        var response = Self.response(
            StoreError(refusal.code, refusal.message), status: refusal.status, wire,
            Self.newRequestID())
        if refusal == .method {
            response.headers[.allow] = wire.methods.joined(separator: ", ")
        }
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// What a health check or a person with a browser is told.
    private static func greeting(_ request: Request) -> Response {
        let text = """
            sqs-subscriber queue: an SQS-compatible queue for development and tests. Reach it with \
            an AWS SDK or the AWS command line, by its endpoint URL, and with a browser at \
            \(PageRoute.root).\n
            """
        let response = response(.ok, "text/plain; charset=utf-8", Array(text.utf8), newRequestID())
        return request.method == .head ? response.createHeadResponse() : response
    }

    private static func response(
        _ status: HTTPResponse.Status, _ contentType: String, _ body: [UInt8], _ requestID: String
    ) -> Response {
        var headers: HTTPFields = [
            .contentType: contentType,
            .date: HTTPDate.text(CivilTime(Date())),
        ]
        if let name = Header.requestID { headers[name] = requestID }
        return Response(
            status: status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}

extension Request {
    fileprivate var callHead: CallHead {
        CallHead(
            method: method.rawValue, target: head.path ?? "/",
            jsonTarget: APIResponder.Header.target.flatMap { headers[$0] },
            contentType: headers[.contentType])
    }

    /// Whether it asks for no operation, but whether somebody is there.
    fileprivate var isGreeting: Bool {
        let head = callHead
        return head.jsonTarget == nil && (method == .get || method == .head)
            && ["/", "/health"].contains(head.path)
            && !head.query.contains("Action=")
    }
}
