import HTTP
import JSON

// Errors of the three places where they arise: an answer, an entry of a batch, the way there.
extension SQSError {
    /// The error of an answer whose status is not 200.
    init(_ response: HTTPResponse, in call: Call) {
        let answer = ErrorAnswer(response)
        let kind = ErrorClassification.kind(
            codes: answer.codes, text: answer.text, status: response.status,
            isSenderFault: response.status < 500)
        var said = answer.text
        if said.isEmpty {
            said = "HTTP status \(response.status) with \(response.contentDescription)"
        }
        if kind == .clockSkew, let date = response.headers["Date"] {
            said += " (the service's clock says \(date))"
        }
        let code = answer.codes.first ?? "HTTP \(response.status)"
        self.init(
            kind, code: code,
            ErrorText.compose(call, code: code, said: said, kind: kind, known: answer.isKnown),
            requestID: response.requestID, retryAfter: response.retryAfter)
    }

    /// The error of a 200 that cannot be read.
    init(unreadable response: HTTPResponse, because error: JSONError, in call: Call) {
        self.init(
            .transient, code: "UnreadableAnswer",
            "\(call.description): the answer is \(response.contentDescription) and cannot be read "
                + "as JSON (\(error)). Is the endpoint an SQS server, or does a proxy or a login "
                + "page answer in its place?",
            requestID: response.requestID)
    }

    /// The error of one entry of a batch.
    init(_ failure: EntryFailure, in call: Call) {
        let kind = ErrorClassification.kind(
            codes: [failure.code], text: failure.message, status: nil,
            isSenderFault: failure.isSenderFault)
        self.init(
            kind, code: failure.code,
            ErrorText.compose(
                call, code: failure.code, said: ErrorText.line(failure.message), kind: kind,
                known: true))
    }

    /// The error of a request that got no answer.
    init(_ error: TransportError, in call: Call) {
        let kind: Kind =
            switch error.kind {
            case .cancelled: .cancelled
            case .invalidURL: .malformed
            case .unresolved, .unreachable, .tls, .timeout, .closed, .stale, .tooLarge, .malformed:
                .transient
            }
        self.init(kind, code: "\(error.kind)", "\(call.description): \(error.description)")
    }
}

/// What an error answer says, whatever protocol its sender speaks.
private struct ErrorAnswer {
    /// The codes without namespaces, the JSON spelling first.
    private(set) var codes: [String] = []
    private(set) var text = ""
    /// Whether it is the answer of an AWS service, or of something that answers like one.
    var isKnown: Bool { !codes.isEmpty }

    init(_ response: HTTPResponse) {
        var bodyCode: String?
        // What cannot be read has no code: the status decides.
        try? JSONReader.read(response.body, takesControls: true) { (reader) throws(JSONError) in
            try reader.object { (reader, name) throws(JSONError) in
                switch name {
                case "__type": bodyCode = try reader.text()
                case "code", "Code":
                    let code = try reader.text()
                    bodyCode = bodyCode ?? code
                case "message", "Message": text = ErrorText.line(try reader.text() ?? "")
                default: try reader.skip()
                }
            }
        }
        let spellings = [
            bodyCode, response.headers["x-amzn-errortype"], response.headers["x-amzn-query-error"],
        ]
        for case let spelling? in spellings {
            let code = Self.withoutContext(spelling)
            if !code.isEmpty, !codes.contains(code) { codes.append(code) }
        }
    }

    /// `com.amazonaws.sqs#QueueDoesNotExist`, `QueueDoesNotExist:http://…` and
    /// `AWS.SimpleQueueService.NonExistentQueue;Sender` come down to the code.
    private static func withoutContext(_ spelling: String) -> String {
        let name = spelling.split(separator: "#").last ?? ""
        return ErrorText.line(String(name.prefix { $0 != ";" && $0 != ":" }))
    }
}

extension HTTPResponse {
    fileprivate var requestID: String? {
        headers["x-amzn-RequestId"].map { ErrorText.line($0) }
    }

    /// `x-amz-retry-after` is in milliseconds, `Retry-After` in seconds where it is no date.
    fileprivate var retryAfter: Duration? {
        if let milliseconds = headers["x-amz-retry-after"].flatMap({ UInt32($0) }) {
            return .milliseconds(milliseconds)
        }
        return headers["Retry-After"].flatMap { UInt32($0) }.map { .seconds($0) }
    }

    fileprivate var contentDescription: String {
        let type = headers["Content-Type"].map { ErrorText.line($0) } ?? "unnamed content"
        return "\(body.count) \(body.count == 1 ? "byte" : "bytes") of \(type)"
    }
}
