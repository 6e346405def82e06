import Calendar
import FoundationEssentials
import HTTP
import HTTPServer
import HTTPTypes
import HummingbirdCore
import NIOCore

/// The pages behind the server of the API.
extension QueuePages {
    func respond(to request: Request, with body: RequestBytes) async -> Response {
        var bytes: [UInt8] = []
        var problem: StoreError?
        do throws(StoreError) { bytes = try body.whole() } catch { problem = error }
        var headers = HTTPHeaders()
        if let host = request.head.authority { headers.add("Host", host) }
        for field in request.headers { headers.add(field.name.rawName, field.value) }
        let response = Response(
            await answer(
                to: IncomingRequest(
                    method: request.method.rawValue, target: request.head.path ?? "/",
                    headers: headers, body: bytes), problem))
        return request.method == .head ? response.createHeadResponse() : response
    }
}

extension Request {
    /// Whether it is for the pages, whatever else it says.
    var isOfPages: Bool { PageRoute.includes(String((head.path ?? "/").prefix { $0 != "?" })) }
}

extension Response {
    fileprivate init(_ answer: ServerAnswer) {
        var headers: HTTPFields = [.date: HTTPDate.text(CivilTime(Date()))]
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        let bytes: [UInt8] = if case .bytes(let bytes) = answer.body { bytes } else { [] }
        self.init(
            status: .init(code: answer.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
