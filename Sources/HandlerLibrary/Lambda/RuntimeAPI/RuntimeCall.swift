/// A request of the Lambda Runtime API, version 2018-06-01.
package enum RuntimeCall: Equatable {
    /// `GET /runtime/invocation/next`
    case next
    /// `POST /runtime/invocation/{request id}/response`
    case response(String)
    /// `POST /runtime/invocation/{request id}/error`
    case error(String)
    /// `POST /runtime/init/error`
    case initError

    private static let version = "2018-06-01"

    /// - Throws: the answer to what is no request of this API.
    package init(method: String, path: String) throws(RuntimeAnswer) {
        let parts = path.prefix { $0 != "?" }.split(separator: "/").map(String.init)
        guard parts.count > 3, parts[0] == Self.version, parts[1] == "runtime" else {
            throw .notFound
        }
        let (call, wanted): (RuntimeCall, String)
        switch (parts[2], parts.count, parts[parts.count - 1]) {
        case ("invocation", 4, "next"): (call, wanted) = (.next, "GET")
        case ("invocation", 5, "response"): (call, wanted) = (.response(parts[3]), "POST")
        case ("invocation", 5, "error"): (call, wanted) = (.error(parts[3]), "POST")
        case ("init", 4, "error"): (call, wanted) = (.initError, "POST")
        default: throw .notFound
        }
        guard method == wanted else { throw .methodNotAllowed(wanted) }
        self = call
    }
}
