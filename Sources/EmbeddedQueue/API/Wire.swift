import JSON
import SQS

/// The protocol that a request came in, which its answer goes out in, an error too.
///
/// Clients before the end of 2023 speak the query protocol: a form or a URL's query with an
/// `Action`, answered in XML. Later ones send JSON with the header `X-Amz-Target`.
enum Wire: Sendable, Equatable {
    case json
    case query

    init(_ head: CallHead) {
        let contentType = head.contentType?.lowercased()
        if contentType?.hasPrefix("application/x-www-form-urlencoded") == true {
            self = .query  // Perl's client sends the header of the other protocol as well
        } else if head.jsonTarget != nil {
            self = .json
        } else {
            self = head.method == "POST" && contentType != nil ? .json : .query
        }
    }

    var contentType: String {
        switch self {
        case .json: "application/x-amz-json-1.0"
        case .query: "text/xml"
        }
    }

    /// The methods that a call may come by.
    var methods: [String] {
        switch self {
        case .json: ["POST"]
        case .query: ["GET", "POST"]
        }
    }

    func answer(
        _ call: NamedCall, _ answer: StoreAnswer, _ address: QueueAddress, requestID: String
    ) -> [UInt8] {
        var json = JSONWriter()
        json.object { call.call.write(answer, to: &$0, address) }
        return switch self {
        case .json: json.bytes
        case .query: QueryAnswer.answer(json, to: call.name, requestID: requestID)
        }
    }

    func error(_ error: StoreError, requestID: String) -> [UInt8] {
        switch self {
        case .json:
            var json = JSONWriter()
            json.object { json in
                json.member("__type", error.code.typeName)
                json.member("message", error.message)
            }
            return json.bytes
        case .query:
            return QueryAnswer.error(
                code: error.code.queryCode, message: error.message,
                isSenders: error.code.status < 500, requestID: requestID)
        }
    }
}
