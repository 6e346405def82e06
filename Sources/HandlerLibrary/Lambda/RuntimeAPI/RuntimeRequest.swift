internal import HTTP
internal import HTTPServer

/// One request of the Runtime API.
struct RuntimeRequest: Sendable {
    private static let typeHeader = "Lambda-Runtime-Function-Error-Type"
    private static let bodyHeader = "Lambda-Runtime-Function-Error-Body"

    let method: String
    let path: String
    /// `nil`: larger than is taken.
    let body: [UInt8]?
    /// The header of an error report.
    let errorType: String?
    /// The trailers of a response that failed while it was streamed.
    let failure: StreamFailure?

    init(_ request: IncomingRequest) {
        method = request.method
        path = request.path
        body = request.body
        errorType = request.headers[Self.typeHeader]
        failure = StreamFailure(
            type: request.trailers[Self.typeHeader], body: request.trailers[Self.bodyHeader])
    }

    /// Whether no web page asks: browsers send its origin and, where its name leads here, that
    /// name, which has a dot. What a runtime's own client calls this machine does not matter.
    static func isProgram(_ headers: HTTPHeaders) -> Bool {
        guard headers["Origin"] == nil else { return false }
        let host = headers["Host"].map { String($0.prefix { $0 != ":" }) } ?? ""
        return !host.contains(".") || isAddress(host: host)
    }
}

/// What a runtime says after a response that it could not finish.
///
/// Source: AWS Lambda Developer Guide, "Building a custom runtime", response streaming.
struct StreamFailure: Sendable {
    let type: String?
    /// An error report, in Base64.
    let body: String?

    /// `nil`: the trailers tell of no failure.
    init?(type: String?, body: String?) {
        if type == nil, body == nil { return nil }
        self.type = type
        self.body = body
    }
}
