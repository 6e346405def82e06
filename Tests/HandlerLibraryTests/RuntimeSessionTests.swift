import HandlerLibrary
import Testing

struct RuntimeSessionTests {
    private enum Step: Sendable {
        case next, begin(String), answer(String), initError, end
    }

    private func run(_ steps: [Step]) -> RuntimeAnswer? {
        var session = RuntimeSession()
        var last: RuntimeAnswer?
        for step in steps {
            last = nil
            do throws(RuntimeAnswer) {
                switch step {
                case .next: try session.next()
                case .begin(let id): session.begin(id)
                case .answer(let id): try session.answer(id)
                case .initError: try session.initError()
                case .end: session.end()
                }
            } catch {
                last = error
            }
        }
        return last
    }

    @Test(
        arguments: [
            ([.next], nil),
            ([.next, .next], nil),
            ([.next, .begin("a"), .answer("a")], nil),
            ([.next, .begin("a"), .answer("a"), .next], nil),
            ([.next, .begin("a"), .answer("a"), .next, .begin("b"), .answer("b")], nil),
            ([.initError], nil),
            // Wrong, or late.
            ([.next, .begin("a"), .answer("b")], .invalidRequestID),
            ([.next, .begin("a"), .answer("a"), .answer("a")], .invalidRequestID),
            ([.next, .begin("a"), .answer("a"), .next, .answer("a")], .invalidRequestID),
            (
                [.next, .begin("a"), .answer("a"), .next, .begin("b"), .answer("a")],
                .invalidRequestID
            ),
            // Out of turn.
            ([.answer("a")], .notAllowed),
            ([.next, .begin("a"), .next], .notAllowed),
            ([.next, .initError], .notAllowed),
            ([.initError, .initError], .notAllowed),
            // Over.
            ([.initError, .next], .closed),
            ([.end, .next], .closed),
            ([.next, .begin("a"), .end, .answer("a")], .closed),
        ] as [([Step], RuntimeAnswer?)])
    private func `what is out of turn is refused as Lambda refuses it`(
        steps: [Step], refusal: RuntimeAnswer?
    ) {
        #expect(run(steps) == refusal)
    }

    @Test(
        arguments: [
            ("GET", "/2018-06-01/runtime/invocation/next", .success(.next)),
            ("POST", "/2018-06-01/runtime/invocation/a-1/response", .success(.response("a-1"))),
            ("POST", "/2018-06-01/runtime/invocation/a-1/error?x=y", .success(.error("a-1"))),
            ("POST", "/2018-06-01/runtime/init/error", .success(.initError)),
            ("POST", "/2018-06-01/runtime/invocation/next", .failure(.methodNotAllowed("GET"))),
            ("GET", "/2018-06-01/runtime/init/error", .failure(.methodNotAllowed("POST"))),
            ("GET", "/2018-06-01/runtime/restore/next", .failure(.notFound)),
            ("GET", "/2015-03-31/runtime/invocation/next", .failure(.notFound)),
            ("GET", "/", .failure(.notFound)), ("GET", "", .failure(.notFound)),
            ("POST", "/2018-06-01/runtime/invocation/response", .failure(.notFound)),
        ] as [(String, String, Result<RuntimeCall, RuntimeAnswer>)])
    func `a request is told by its path and method`(
        method: String, path: String, expected: Result<RuntimeCall, RuntimeAnswer>
    ) {
        let result = Result { () throws(RuntimeAnswer) in
            try RuntimeCall(method: method, path: path)
        }
        #expect(result == expected)
    }

    @Test func `an invocation carries its headers`() {
        let invocation = Invocation(
            requestID: "id", deadline: 1_700_000_000_123, functionARN: "arn", traceID: "trace",
            event: [1, 2])
        let headers = Dictionary(
            uniqueKeysWithValues: invocation.answer.headers.map { ($0.name, $0.value) })
        #expect(invocation.answer.status == 200)
        #expect(invocation.answer.body == [1, 2])
        #expect(
            headers == [
                "Content-Type": "application/json", "Lambda-Runtime-Aws-Request-Id": "id",
                "Lambda-Runtime-Deadline-Ms": "1700000000123",
                "Lambda-Runtime-Invoked-Function-Arn": "arn", "Lambda-Runtime-Trace-Id": "trace",
            ])
    }

    @Test func `a trace has the form of X-Ray's`() {
        let trace = TraceID.new(at: 1_700_000_000)
        #expect(trace.hasPrefix("Root=1-6553f100-"))
        #expect(trace.hasSuffix(";Sampled=0"))
        #expect(trace.utf8.count == "Root=1-6553f100-;Parent=;Sampled=0".utf8.count + 24 + 16)
        #expect(TraceID.new(at: 1).hasPrefix("Root=1-00000001-"))
    }
}

struct LoopbackPeerTests {
    // Lines of a real table, and what a dual-stack socket looks like in the second.
    private static let table = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout
           0: 0100007F:AADF 00000000:0000 0A 00000000:00000000 00:00000000 00000000     7        0
           1: 0100007F:B7C4 0100007F:AADF 01 00000000:00000000 00:00000000 00000000  1000        0
           2: 0100007F:AADF 0100007F:B7C4 01 00000000:00000000 00:00000000 00000000     7        0
           3: 0200007F:0050 0100007F:AADF 01 00000000:00000000 00:00000000 00000000     7        0
        """
    private static let dualStack = """
          sl  local_address                         remote_address                        st
           0: 0000000000000000FFFF00000100007F:0050 0000000000000000FFFF00000100007F:AADF 01 \
        00000000:00000000 00:00000000 00000000   998        0
        """

    @Test(
        arguments: [
            (0xB7C4, 0xAADF, table, 1000), (0xAADF, 0xB7C4, table, 7), (0xAADF, 0, table, nil),
            (0xB7C4, 0xAADE, table, nil), (0x50, 0xAADF, table, nil),
            (0x50, 0xAADF, dualStack, 998),
            (0x50, 0xAADF, "", nil), (0x50, 0xAADF, "sl\n garbage 0100007F:0050", nil),
        ] as [(Int, Int, String, UInt32?)])
    func `the owner of a connection is found from its other end`(
        port: Int, ownPort: Int, table: String, owner: UInt32?
    ) {
        #expect(LoopbackPeer.owner(port: port, ownPort: ownPort, table: Array(table.utf8)) == owner)
    }
}
