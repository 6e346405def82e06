import HandlerLibrary
import MessageHandling
import TestKit
import Testing

/// The trace header of an invocation, which a sender chooses.
@Suite(.timeLimit(.minutes(1))) struct LambdaTraceTests {
    private static let script = """
        while True:
            status, headers, event = call("GET", "/invocation/next")
            say(headers["Lambda-Runtime-Trace-Id"])
            id = headers["Lambda-Runtime-Aws-Request-Id"]
            call("POST", f"/invocation/{id}/response", "1")
        """

    @Test func `a trace that no runtime can read is replaced, and the message is handled`()
        async throws
    {
        let log = LogRecorder()
        let known = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=3995c3f42cd8ad8;Sampled=1"
        let traces = [known, String(repeating: "x", count: 70_000)]
        try await withLambda(lambda(Self.script), log: log) { handler in
            for trace in traces {
                let message = message(system: ["AWSTraceHeader": trace])
                let result = try await handler.handle(message, context: log.context())
                #expect(result == .done)
            }
        }
        let seen = log.lines(of: "stdout")
        #expect(seen.first == known)
        #expect(seen.count == 2 && seen[1].hasPrefix("Root=1-") && seen[1].utf8.count < 100)
    }
}
