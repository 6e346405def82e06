/// An answer of the Runtime API, as Lambda words it.
///
/// Source of the types and texts: AWS's Lambda Runtime Interface Emulator.
package struct RuntimeAnswer: Error, Equatable {
    package let status: Int
    package var headers: [(name: String, value: String)] = []
    package let body: [UInt8]

    package static func == (one: RuntimeAnswer, other: RuntimeAnswer) -> Bool {
        one.status == other.status && one.body == other.body
            && one.headers.elementsEqual(other.headers, by: ==)
    }

    /// 202: taken.
    static let accepted = RuntimeAnswer(
        status: 202, body: Array(#"{"status":"OK"}"#.utf8))
    /// The id is not that of the invocation that runs: wrong, or late.
    package static let invalidRequestID = error(400, "InvalidRequestID", "Invalid request ID")
    /// Not now: an answer before an invocation, a second request while one runs.
    package static let notAllowed = error(
        403, "InvalidStateTransition", "State transition is not allowed")
    package static let tooLarge = error(
        413, "RequestEntityTooLarge",
        "Exceeded maximum allowed payload size (\(LambdaSettings.answerLimit) bytes).")
    /// The answer to a request for an invocation that no answer will come to: the process is to
    /// end.
    package static let closed = error(500, "Container", "The function is being shut down")

    /// The answer to a web page, or for another host: a browser of the daemon's user reaches the
    /// port, too.
    static let foreign = error(
        403, "Forbidden", "The Runtime API answers the process of the function alone")

    package static let notFound = error(404, "NotFound", "The Runtime API has nothing here")

    package static func methodNotAllowed(_ wanted: String) -> RuntimeAnswer {
        error(405, "MethodNotAllowed", "Use \(wanted)")
    }

    /// - Parameters:
    ///   - type: without quotes or backslashes, as is the message.
    private static func error(_ status: Int, _ type: String, _ message: String) -> RuntimeAnswer {
        RuntimeAnswer(
            status: status,
            body: Array(#"{"errorMessage":"\#(message)","errorType":"\#(type)"}"#.utf8))
    }
}
