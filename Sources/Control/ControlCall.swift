import HTTP

/// A request that the control socket takes.
package enum ControlCall: Equatable {
    /// `GET /healthz`
    case health
    /// `GET /status`
    case status
    /// `GET /metrics`, in the text format of Prometheus
    case metrics
    /// `GET /events`: the status once a second, as server-sent events
    case events
    /// `POST /reload`
    case reload
    /// `POST /pause?queue=NAME`, or `?all=true`, with `persist=true` where it is to outlast the
    /// daemon.
    case pause(QueueChoice, persisting: Bool)
    /// `POST /resume?queue=NAME`, or `?all=true`
    case resume(QueueChoice)
    /// `GET /log-level`
    case logLevel
    /// `POST /log-level?level=LEVEL`
    case setLogLevel(String)

    private static let methods = [
        "/healthz": ["GET"], "/status": ["GET"], "/metrics": ["GET"],
        "/events": ["GET"], "/reload": ["POST"], "/pause": ["POST"],
        "/resume": ["POST"], "/log-level": ["GET", "POST"],
    ]

    /// - Parameters:
    ///   - method: HEAD asks as GET does.
    ///   - query: nil where there is none.
    /// - Throws: the answer to what is no such request.
    package init(method: String, path: String, query: String? = nil) throws(ControlAnswer) {
        guard let methods = Self.methods[path] else {
            throw ControlAnswer(404, error: "there is nothing at \(path.prefix(100))")
        }
        let method = method == "HEAD" ? "GET" : method
        guard methods.contains(method) else {
            let allowed = methods.joined(separator: ", ")
            throw ControlAnswer(405, error: "use \(allowed)", allow: allowed)
        }
        let query = try ControlQuery(query ?? "")
        switch (path, method) {
        case ("/healthz", _): self = .health
        case ("/status", _): self = .status
        case ("/metrics", _): self = .metrics
        case ("/events", _): self = .events
        case ("/reload", _): self = .reload
        case ("/pause", _):
            self = .pause(try query.choice, persisting: query.isTrue("persist"))
        case ("/resume", _): self = .resume(try query.choice)
        case ("/log-level", "POST"): self = .setLogLevel(try query.only("level"))
        default: self = .logLevel
        }
    }
}

/// Which queues are meant.
package enum QueueChoice: Sendable, Equatable {
    case all
    /// Those of these names, URLs or ARNs.
    case named([String])
}

/// The parameters of a request: `a=1&b=2`, percent-encoded.
struct ControlQuery {
    private let parameters: [(name: String, value: String)]

    init(_ text: String) throws(ControlAnswer) {
        var parameters: [(name: String, value: String)] = []
        for part in text.split(separator: "&") {
            let sides = part.split(separator: "=", maxSplits: 1).map {
                String(percentDecoding: $0)
            }
            guard let name = sides.first ?? nil, let value = sides.count > 1 ? sides[1] : "" else {
                throw ControlAnswer(400, error: "the query is not percent-encoded")
            }
            parameters.append((name, value))
        }
        self.parameters = parameters
    }

    /// The fields of a form, as a browser sends them: a blank is a plus there.
    init(form text: String) throws(ControlAnswer) {
        try self.init(String(text.map { $0 == "+" ? " " : $0 }))
    }

    func first(_ name: String) -> String? { parameters.first { $0.name == name }?.value }

    func isTrue(_ name: String) -> Bool {
        parameters.contains { $0.name == name && $0.value != "false" }
    }

    func only(_ name: String) throws(ControlAnswer) -> String {
        guard let value = first(name) else {
            throw ControlAnswer(400, error: "say ?\(name)=")
        }
        return value
    }

    /// Nothing that is not said: all queues are meant by nobody who says none.
    var choice: QueueChoice {
        get throws(ControlAnswer) {
            if isTrue("all") { return .all }
            let names = parameters.filter { $0.name == "queue" }.map(\.value)
            guard !names.isEmpty else {
                throw ControlAnswer(400, error: "say ?queue=NAME, or ?all=true")
            }
            return .named(names)
        }
    }
}
