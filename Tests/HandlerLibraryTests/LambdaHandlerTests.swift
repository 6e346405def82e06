import Glibc
import HandlerLibrary
import Logging
import MessageHandling
import TestKit
import Testing

/// The handler with real processes and sockets.
@Suite(.timeLimit(.minutes(2)))
struct LambdaHandlerTests {
    /// Answers every invocation with what `answer` makes of `event`.
    private static func answering(_ answer: String) -> String {
        """
        while True:
            id, event = next()
            call("POST", f"/invocation/{id}/response", \(answer))
        """
    }

    @Test func `the Runtime API answers as Lambda's does`() async throws {
        let log = LogRecorder()
        let script = """
            say(call("POST", "/invocation/x/response", "1")[0])
            id, event = next()
            say(event[:12])
            say(call("POST", "/invocation/wrong/response", "1")[2])
            say(call("POST", "/init/error", "{}")[2])
            say(call("GET", "/invocation/next")[0])
            say(call("GET", "/restore/next")[0])
            say(call("POST", "/invocation/next")[0])
            say(call("POST", f"/invocation/{id}/response", "1")[::2])
            say(call("POST", f"/invocation/{id}/response", "1")[0])
            say("end")
            next()
            """
        let outcome = try await withLambda(lambda(script), log: log) { handler in
            let outcome = try await handler.handle(message(), context: log.context())
            await log.waitFor("end")
            return outcome
        }
        #expect(outcome == .done)
        #expect(
            log.lines(of: "stdout") == [
                "403", #"{"Records":["#,
                #"{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}"#,
                #"{"errorMessage":"State transition is not allowed","#
                    + #""errorType":"InvalidStateTransition"}"#,
                "403", "404", "405", #"(202, '{"status":"OK"}')"#, "400", "end",
            ])
    }

    @Test func `an event carries the digests that SQS sent, and computes them where it did not`()
        async throws
    {
        let log = LogRecorder()
        let script = """
            import json
            for _ in range(2):
                id, event = next()
                record = json.loads(event)["Records"][0]
                say(record["md5OfBody"] + " " + str(record.get("md5OfMessageAttributes")))
                call("POST", f"/invocation/{id}/response", "1")
            next()
            """
        let plain = message()
        let sent = Message(
            id: plain.id, receiptHandle: plain.receiptHandle, body: plain.body,
            attributes: plain.attributes, system: plain.system, queue: plain.queue,
            digests: ContentDigests(body: "sent", attributes: "sent too"))
        try await withLambda(lambda(script), log: log) { handler in
            for message in [sent, plain] {
                let result = try await handler.handle(message, context: log.context())
                #expect(result == .done)
            }
            await log.waitFor("md5 None")
        }
        #expect(log.lines(of: "stdout") == ["sent sent too", "md5 None"])
    }

    @Test func `an answer that is too large is refused, and its message comes back`() async throws {
        let log = LogRecorder()
        let script = """
            id, event = next()
            say(call("POST", f"/invocation/{id}/response", "x" * 6291557)[0])
            id, event = next()
            say(call("POST", f"/invocation/{id}/response", "x" * 6291556)[0])
            next()
            """
        let outcomes = try await withLambda(lambda(script), log: log) { handler in
            let first = try await handler.handle(message(), context: log.context())
            let second = try await handler.handle(message(), context: log.context())
            await log.waitFor("202")
            return [first, second]
        }
        #expect(outcomes == [.retry(), .done])
        #expect(log.lines(of: "stdout") == ["413", "202"])
        #expect(log.endings == ["the function answered more than 6291556 bytes"])
    }

    @Test func `a streamed response that ends with an error brings its message back`() async throws
    {
        let log = LogRecorder()
        let script = """
            import base64, socket
            host, port = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
            def stream(*trailers):
                id, event = next()
                connection = socket.create_connection((host, int(port)))
                lines = [
                    f"POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1", "Host: x",
                    "Lambda-Runtime-Function-Response-Mode: streaming",
                    "Transfer-Encoding: chunked", "", "4", "half", "0", *trailers, "", ""]
                connection.sendall("\\r\\n".join(lines).encode())
                say(connection.recv(65536).split()[1].decode())
            report = base64.b64encode(b'{"errorMessage": "no disk"}').decode()
            stream("Lambda-Runtime-Function-Error-Type: Runtime.StreamError",
                f"Lambda-Runtime-Function-Error-Body: {report}")
            stream("Lambda-Runtime-Function-Error-Type: Runtime.StreamError")
            stream("X-Other: trailer")
            next()
            """
        let outcomes = try await withLambda(lambda(script), log: log) { handler in
            var outcomes: [HandlerResult] = []
            for _ in 0..<3 {
                outcomes.append(try await handler.handle(message(), context: log.context()))
            }
            return outcomes
        }
        #expect(outcomes == [.retry(), .retry(), .done])
        #expect(log.lines(of: "stdout").allSatisfy { $0 == "202" })
        #expect(
            log.endings == [
                "the function failed: Runtime.StreamError: no disk",
                "the function failed: Runtime.StreamError",
            ])
    }

    @Test func `an error without a report is told by its header`() async throws {
        let log = LogRecorder()
        let script = """
            id, event = next()
            connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
            connection.request(
                "POST", f"/2018-06-01/runtime/invocation/{id}/error", b"",
                {"Lambda-Runtime-Function-Error-Type": "Runtime.MyError"})
            connection.getresponse()
            next()
            """
        let outcome = try await withLambda(lambda(script), log: log) { handler in
            try await handler.handle(message(), context: log.context())
        }
        #expect(outcome == .retry())
        #expect(log.endings == ["the function failed: Runtime.MyError"])
    }

    @Test func `the messages of a batch have an outcome each`() async throws {
        let answer = """
            '{"batchItemFailures": [{"itemIdentifier": "m-2"}]}' if '"m-2"' in event else "{}"
            """
        let settings = lambda(Self.answering(answer), batchSize: 3, reports: true)
        let outcomes = try await withLambda(settings) { handler in
            try await withThrowingTaskGroup(of: (Int, HandlerResult).self) { group in
                for number in 1...3 {
                    group.addTask {
                        let one = message(id: "m-\(number)")
                        return (
                            number, try await handler.handle(one, context: LogRecorder().context())
                        )
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
        }
        #expect(outcomes == [1: .done, 2: .retry(), 3: .done])
    }

    @Test func `a process serves one invocation after the other`() async throws {
        let log = LogRecorder()
        let script = "say(os.getpid())\n" + Self.answering("\"{}\"")
        try await withLambda(lambda(script), log: log) { handler in
            for _ in 0..<50 {
                let outcome = try await handler.handle(message(), context: log.context())
                #expect(outcome == .done)
            }
        }
        #expect(log.lines(of: "stdout").count == 1)
    }

    @Test func `output carries the function and its request, and is cut at the limit`() async throws
    {
        let log = LogRecorder()
        let script = """
            id, event = next()
            say("first" + chr(13) + "second")
            for _ in range(40): say("x" * 40000)
            call("POST", f"/invocation/{id}/response", "{}")
            id, event = next()
            say("third")
            call("POST", f"/invocation/{id}/response", "{}")
            next()
            """
        try await withLambda(lambda(script), log: log) { handler in
            for _ in 0..<2 { _ = try await handler.handle(message(), context: log.context()) }
            await log.waitFor("third")
        }
        let lines = log.entries.filter { $0.metadata["stream"] == "stdout" }
        #expect(lines.first?.text == "first\nsecond")
        #expect(lines.allSatisfy { $0.metadata["function"] == "f" })
        #expect(Set(lines.compactMap { $0.metadata["request_id"] }).count == 2)
        #expect(lines.reduce(0) { $0 + $1.text.utf8.count } <= LambdaSettings.outputLimit + 40_000)
        #expect(log.warnings.count == 1)
    }

    @Test func `a cancelled message that is alone in its invocation ends the process`() async throws
    {
        let log = LogRecorder()
        let script = "next()\nsay(os.getpid())\nsay('working')\nimport signal\nsignal.pause()"
        try await withLambda(lambda(script), log: log) { handler in
            let handling = Task { try await handler.handle(message(), context: log.context()) }
            await log.waitFor("working")
            let pid = try #require(log.lines(of: "stdout").first.flatMap { pid_t($0) })
            handling.cancel()
            await #expect(throws: CancellationError.self) { try await handling.value }
            #expect(kill(pid, 0) == -1 && errno == ESRCH)
        }
    }

    @Test func `a shutdown ends what works and what waits, and answers every message`() async throws
    {
        let log = LogRecorder()
        let script = "next()\nsay(os.getpid())\nsay('working')\nimport signal\nsignal.pause()"
        try await withLambda(lambda(script), log: log) { handler in
            let handling = (0..<3).map { _ in
                Task { try await handler.handle(message(), context: log.context()) }
            }
            await log.waitFor("working")
            let pid = try #require(log.lines(of: "stdout").first.flatMap { pid_t($0) })
            await handler.shutDown()
            #expect(kill(pid, 0) == -1 && errno == ESRCH)
            for one in handling {
                await #expect(throws: CancellationError.self) { try await one.value }
            }
        }
    }

    @Test func `a retired handler keeps no process, and still handles`() async throws {
        let log = LogRecorder()
        let script = "say(os.getpid())\n" + Self.answering("\"{}\"")
        try await withLambda(lambda(script), log: log) { handler in
            _ = try await handler.handle(message(), context: log.context())
            await handler.retire()
            let outcome = try await handler.handle(message(), context: log.context())
            #expect(outcome == .done)
        }
        #expect(Set(log.lines(of: "stdout")).count == 2)
    }

    @Test(arguments: [
        (["/nowhere/python3"], "there is no such file"),
        (["no-such-program-at-all"], "no executable of that name in PATH"),
        (["/bin/false"], "exit status 1 before it asked for an invocation"),
        (["/bin/sh", "-c", "kill -9 $$"], "signal 9 (SIGKILL)"),
    ])
    func `a function that cannot be started is unavailable, with the reason`(
        command: [String], reason: String
    ) async throws {
        try await withLambda(LambdaSettings(command: command)) { handler in
            let error = await #expect(throws: HandlerUnavailable.self) {
                try await handler.handle(message(), context: LogRecorder().context())
            }
            #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        }
    }

    @Test func `an error at the start is told as the runtime tells it`() async throws {
        let script = """
            call("POST", "/init/error", '{"errorType": "ImportError", "errorMessage": "no orders"}')
            import signal
            signal.pause()
            """
        try await withLambda(lambda(script)) { handler in
            let error = await #expect(throws: HandlerUnavailable.self) {
                try await handler.handle(message(), context: LogRecorder().context())
            }
            #expect(error?.description.contains("ImportError: no orders") == true)
        }
    }
}
