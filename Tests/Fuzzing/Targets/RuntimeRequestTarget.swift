import HandlerLibrary
import Logging
import NIOCore

/// Requests to the Runtime API of a function, byte by byte.
struct RuntimeRequestTarget: FuzzTarget {
    let name = "runtime-requests"
    let words = [
        "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\n", "/response HTTP/1.1\r\n",
        "POST /2018-06-01/runtime/init/error HTTP/1.1\r\n", "Host: 127.0.0.1\r\n", "\r\n\r\n",
        "Origin: null\r\n", "Expect: 100-continue\r\n", "Content-Length: 2\r\n",
        "Content-Length: 9999999999\r\n", "Transfer-Encoding: chunked\r\n", "0\r\n\r\n",
        "Trailer: Lambda-Runtime-Function-Error-Type\r\n",
        "Lambda-Runtime-Function-Error-Body: eyJhIjoxfQ==\r\n", "Connection: close\r\n", "%2F",
        "..",
        "Lambda-Runtime-Function-Error-Type: Runtime.Unknown\r\n", "HTTP/1.0\r\n", "?", "//",
        "\"errorMessage\": \"m\"", "\"stackTrace\": []", "\\ud800",
    ]

    let corpus: [[UInt8]] = {
        let path = "/2018-06-01/runtime"
        let host = "Host: 127.0.0.1\r\n"
        let error = #"{"errorMessage": "m", "errorType": "T", "stackTrace": ["a"]}"#
        let next = "GET \(path)/invocation/next HTTP/1.1\r\n\(host)\r\n"
        let response =
            "POST \(path)/invocation/id/response HTTP/1.1\r\n\(host)Content-Length: 2\r\n\r\n{}"
        let size = "Content-Length: \(error.utf8.count)\r\n\r\n"
        let texts = [
            next, next + response, response + next,
            "POST \(path)/invocation/id/error HTTP/1.1\r\n\(host)\(size)\(error)",
            "POST \(path)/init/error HTTP/1.1\r\n\(host)\(size)\(error)",
            "POST \(path)/invocation/id/response HTTP/1.1\r\n\(host)"
                + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
                + "Lambda-Runtime-Function-Error-Type: T\r\n\r\n",
        ]
        return texts.flatMap { text in ["0", "30", "75"].map { Parts.join([$0, text]) } }
    }()

    func run(_ input: [UInt8]) async -> Verdict {
        guard let server = try? await Self.server.value,
            let port = Int(server.address.split(separator: ":").last ?? "")
        else { return .wrong("the Runtime API does not serve") }
        let parts = Parts.split(input, into: 2)
        let cut = Int(String(decoding: parts[0], as: UTF8.self)) ?? 0
        guard
            let answer = try? await RequestBytes.exchange(
                parts[1], cut: Int(cut.magnitude % 4_096), port: port, patience: .milliseconds(2))
        else { return .wrong("the Runtime API cannot be reached") }
        return RequestBytes.verdict(of: answer)
    }

    private static let server = Task {
        try await RuntimeServer.start(
            Anything(), logger: Logger(label: "fuzzing") { _ in SwiftLogNoOpLogHandler() })
    }
}

/// Takes what a function says, and gives it always the same.
private struct Anything: RuntimeServer.Delegate {
    func next() async throws(RuntimeAnswer) -> Invocation {
        Invocation(
            requestID: "id", deadline: 1, functionARN: "arn", traceID: "trace",
            event: Array("{}".utf8))
    }

    func respond(to requestID: String, with answer: FunctionAnswer) async throws(RuntimeAnswer) {
        if requestID != "id" { throw .invalidRequestID }
    }

    func failToStart(with error: String) async throws(RuntimeAnswer) {}
}
