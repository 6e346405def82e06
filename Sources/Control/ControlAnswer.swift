import HTTPServer
package import JSON

/// An answer of the control socket: mostly one JSON object and a line break. Where something was
/// not done its member `error` says why, in one sentence.
package struct ControlAnswer: Error, Equatable {
    package let status: Int
    package let body: [UInt8]
    private let type: String
    /// The method that a resource takes, where another was used.
    private let allow: String?

    package init(_ status: Int, allow: String? = nil, _ members: (inout JSONWriter) -> Void) {
        self.status = status
        self.allow = allow
        type = "application/json"
        var json = JSONWriter()
        json.object(members)
        body = json.bytes + [UInt8(ascii: "\n")]
    }

    package init(_ status: Int, error: String, allow: String? = nil) {
        self.init(status, allow: allow) { $0.member("error", error) }
    }

    init(text: String, type: String) {
        status = 200
        allow = nil
        self.type = type
        body = Array(text.utf8)
    }

    /// What is made must not be kept: it is another the next time.
    var answer: ServerAnswer {
        var headers = [
            (name: "Content-Type", value: type), (name: "Cache-Control", value: "no-store"),
            (name: "X-Content-Type-Options", value: "nosniff"),
        ]
        if let allow { headers.append((name: "Allow", value: allow)) }
        return ServerAnswer(status: status, headers: headers, body: .bytes(body))
    }
}
