import FoundationEssentials
import Glibc
import HandlerLibrary
import Logging
import MessageHandling
import TestKit
import Testing

/// Whether a function works, asked without a message; and why one of its runs failed.
@Suite(.timeLimit(.minutes(2)))
struct LambdaCheckTests {
    /// Fails to start while the file is there.
    private static func broken(while path: String, _ failure: String) -> String {
        """
        say("started")
        if os.path.exists("\(path)"):
            \(failure)
        while True:
            id, event = next()
            call("POST", f"/invocation/{id}/response", "{}")
        """
    }

    @Test(arguments: [
        ("raise ImportError('no orders')", ["exit status 1", "ImportError: no orders"]),
        ("sys.exit('the settings are missing')", ["exit status 1", "the settings are missing"]),
        (
            #"call("POST", "/init/error", '{"errorType": "E", "errorMessage": "no module"}')"#
                + "; sys.exit(1)", ["E: no module"]
        ),
    ])
    func `the check sees what kept the function from starting, until it is mended`(
        failure: String, words: [String]
    ) async throws {
        try await TemporaryFolder.with { directory in
            let file = directory + "/broken"
            try Data().write(to: URL(filePath: file))
            let log = LogRecorder()
            let settings = lambda(Self.broken(while: file, failure))
            try await withLambda(settings, log: log) { handler in
                let ran = await #expect(throws: HandlerUnavailable.self) {
                    try await handler.handle(message(), context: log.context())
                }
                for _ in 0..<3 {
                    let checked = await #expect(throws: HandlerUnavailable.self) {
                        try await handler.checkAvailability()
                    }
                    #expect(checked?.description == ran?.description)
                }
                for word in words {
                    #expect(ran?.description.contains(word) == true, "\(ran as Any)")
                }
                try FileManager.default.removeItem(atPath: file)
                try await handler.checkAvailability()
                try await handler.checkAvailability()
                let outcome = try await handler.handle(message(), context: log.context())
                #expect(outcome == .done)
            }
            // Four that failed, and one that is the check's and then the message's.
            #expect(log.lines(of: "stdout") == Array(repeating: "started", count: 5))
        }
    }

    @Test func `a check that is cancelled returns, and a shutdown leaves no process of it`()
        async throws
    {
        try await TemporaryFolder.with { directory in
            let file = directory + "/started"
            let log = LogRecorder()
            // The first process fails, the second never comes up.
            let script = """
                import signal
                if not os.path.exists("\(file)"):
                    open("\(file)", "w")
                    sys.exit(1)
                say(os.getpid())
                say("up")
                signal.pause()
                """
            try await withLambda(lambda(script), log: log) { handler in
                await #expect(throws: HandlerUnavailable.self) {
                    try await handler.handle(message(), context: log.context())
                }
                let check = Task { try await handler.checkAvailability() }
                await log.waitFor("up")
                check.cancel()
                try await check.value
            }
            let pid = try #require(log.lines(of: "stdout").first.flatMap { pid_t($0) })
            #expect(kill(pid, 0) == -1 && errno == ESRCH)
        }
    }

    @Test func `a batch's failure is told each of its messages, with what was printed`()
        async throws
    {
        let log = LogRecorder()
        let script = """
            id, event = next()
            print("<4>row 7 is locked", flush=True)
            call("POST", f"/invocation/{id}/error", '{"errorType": "E", "errorMessage": "locked"}')
            next()
            """
        try await withLambda(lambda(script, batchSize: 2), log: log) { handler in
            try await withThrowingTaskGroup(of: HandlerResult.self) { group in
                for number in 1...2 {
                    group.addTask {
                        try await handler.handle(
                            message(id: "m-\(number)"), context: log.context())
                    }
                }
                for try await outcome in group { #expect(outcome == .retry()) }
            }
        }
        let details = log.details.filter { !$0.fields.isEmpty }
        #expect(
            details.map(\.ending) == [
                "the function failed: E: locked", "the function failed: E: locked",
            ])
        #expect(details.map(\.output) == ["row 7 is locked", "row 7 is locked"])
        let ids = Set(details.compactMap { $0.fields["request_id"] })
        #expect(ids.count == 1)
        let line = try #require(log.entries.first { $0.text == "row 7 is locked" })
        #expect(line.level == .warning)
        #expect(line.metadata["request_id"] == ids.first)
        #expect(line.metadata["message_id"]?.contains("m-1") == true)
        #expect(line.metadata["message_id"]?.contains("m-2") == true)
    }

    @Test func `a function that prints nothing has the stack trace of its report noted`()
        async throws
    {
        let log = LogRecorder()
        let script = #"""
            id, event = next()
            call("POST", f"/invocation/{id}/error",
                '{"errorType": "E", "stackTrace": ["  File a.py\\n", "  File b.py\\n"]}')
            next()
            """#
        try await withLambda(lambda(script), log: log) { handler in
            _ = try await handler.handle(message(), context: log.context())
        }
        #expect(log.details.last?.output == "  File a.py\n  File b.py")
    }

    @Test func `a process that ends at work has what it printed last noted`() async throws {
        let log = LogRecorder()
        let script = "next()\nprint('about to fall')\nsys.stdout.flush()\nos._exit(3)"
        try await withLambda(lambda(script), log: log) { handler in
            let outcome = try await handler.handle(message(), context: log.context())
            #expect(outcome == .retry())
        }
        let detail = try #require(log.details.last)
        #expect(
            detail.ending == "its process ended with exit status 3 before it had answered")
        #expect(detail.output == "about to fall")
        #expect(detail.fields["request_id"] != nil)
    }
}
