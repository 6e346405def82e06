import Calendar
import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import JSON
import NIOCore
import SQS

/// Answers HTTP requests of the AWS JSON 1.0 protocol.
///
/// Signatures are not verified: any credentials do, and none as well. Paths do not matter either,
/// as clients send every operation to `/` or to the queue's URL.
///
/// A message whose answer cannot be written comes back by its visibility timeout, as in SQS.
struct APIResponder: Sendable {
    /// The largest request: 1 MiB of body, of which JSON may write each byte as a six-byte escape,
    /// and room for names.
    static let maximumRequestSize = 8 * 1_048_576

    let driver: StoreDriver
    let door: Door
    /// How long the body of a request may take.
    let bodyTime: TimeAmount

    /// Whether the client waits with its body for a word that it is wanted, and it is.
    func isAwaited(_ request: Request) -> Bool {
        expectsContinue(request) && refusal(of: request) == nil
    }

    /// A connection whose body takes too long is closed.
    func respond(to request: Request, on channel: any Channel) async throws -> Response {
        let refusal = refusal(of: request)
        // The body of one that waits for leave to send it does not come.
        if let refusal, expectsContinue(request) { return Self.response(refusal) }
        let alarm = channel.eventLoop.scheduleTask(in: bodyTime) { channel.close(promise: nil) }
        let body: [UInt8]?
        do {
            body = try await read(request.body, keeping: refusal == nil)
            alarm.cancel()
        } catch {
            alarm.cancel()
            throw error
        }
        if let refusal { return Self.response(refusal) }
        return try await respond(to: request, with: body, on: ConnectionID(channel))
    }

    private func respond(
        to request: Request, with body: [UInt8]?, on connection: ConnectionID
    ) async throws -> Response {
        let address = QueueAddress(host: request.head.authority ?? "localhost")
        let target = Header.target.flatMap { request.headers[$0] }
        do {
            guard let body else { throw StoreError.tooLarge }
            let call = try Calls.read(target: target, body: body)
            let answer = try await driver.perform(try call.request(), on: connection).get()
            var json = JSONWriter()
            json.object { call.write(answer, to: &$0, address) }
            return Self.response(.ok, json)
        } catch let error as StoreError {
            return Self.response(error)
        }
    }

    private func expectsContinue(_ request: Request) -> Bool {
        request.headers[.expect]?.lowercased() == "100-continue"
    }

    private func refusal(of request: Request) -> Door.Refusal? {
        do throws(Door.Refusal) {
            try door.check(
                method: request.method.rawValue, host: request.head.authority,
                origin: request.headers[.origin])
            return nil
        } catch {
            return error
        }
    }

    /// Reads it to its end: a client that is still sending may not see an answer. Nil where it is
    /// too large, or not to be kept.
    private func read(_ body: RequestBody, keeping isKept: Bool) async throws -> [UInt8]? {
        var bytes: [UInt8]? = isKept ? [] : nil
        for try await buffer in body {
            if (bytes?.count ?? 0) + buffer.readableBytes > Self.maximumRequestSize { bytes = nil }
            bytes?.append(contentsOf: buffer.readableBytesView)
        }
        return bytes
    }
}

extension StoreError {
    fileprivate static let tooLarge = StoreError(
        .requestTooLarge, "The request is larger than \(APIResponder.maximumRequestSize) bytes.")
}

extension APIResponder {
    private enum Header {
        typealias Name = HTTPFields.Element.Name
        static let target = Name("X-Amz-Target")
        static let requestID = Name("x-amzn-RequestId")
        static let queryError = Name("x-amzn-query-error")
    }

    private static func response(_ error: StoreError) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.member("__type", error.code.typeName)
            json.member("message", error.message)
        }
        var response = response(HTTPResponse.Status(code: error.code.status), json)
        if let name = Header.queryError {
            response.headers[name] = "\(error.code.queryCode);Sender"
        }
        return response
    }

    private static func response(_ refusal: Door.Refusal) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.member("__type", "com.amazon.coral.service#\(refusal.type)")
            json.member("message", refusal.message)
        }
        var response = response(HTTPResponse.Status(code: refusal.status), json)
        if refusal == .method { response.headers[.allow] = "POST" }
        return response
    }

    private static func response(_ status: HTTPResponse.Status, _ json: JSONWriter) -> Response {
        var headers: HTTPFields = [
            .contentType: "application/x-amz-json-1.0",
            .date: HTTPDate.text(CivilTime(Date())),
        ]
        if let name = Header.requestID { headers[name] = UUID().uuidString.lowercased() }
        return Response(
            status: status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}
