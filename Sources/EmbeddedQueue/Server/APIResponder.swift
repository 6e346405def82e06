import FoundationEssentials
import Hummingbird
import NIOCore

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

    func respond(to request: Request, on connection: ConnectionID) async throws -> Response {
        let address = QueueAddress(host: request.head.authority ?? "localhost")
        let target = Header.target.flatMap { request.headers[$0] }
        do {
            let body = try await read(request.body)
            let call = try Calls.read(target: target, body: body)
            let answer = try await driver.perform(try call.request(), on: connection).get()
            var json = JSONWriter()
            json.object { call.write(answer, to: &$0, address) }
            return Self.response(.ok, json)
        } catch let error as StoreError {
            return Self.response(error)
        }
    }

    private func read(_ body: RequestBody) async throws -> [UInt8] {
        do {
            let buffer = try await body.collect(upTo: Self.maximumRequestSize)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw StoreError(
                .requestTooLarge,
                "The request is larger than \(Self.maximumRequestSize) bytes.")
        }
    }
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

    private static func response(_ status: HTTPResponse.Status, _ json: JSONWriter) -> Response {
        var headers: HTTPFields = [
            .contentType: "application/x-amz-json-1.0",
            .date: HTTPDate.text(secondsSinceEpoch: Int64(Date().timeIntervalSince1970)),
        ]
        if let name = Header.requestID { headers[name] = UUID().uuidString.lowercased() }
        return Response(
            status: status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}
