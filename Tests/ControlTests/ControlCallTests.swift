import Control
import Testing

@Suite struct ControlCallTests {
    @Test(
        arguments: [
            ("GET", "/healthz", nil, ControlCall.health), ("HEAD", "/status", nil, .status),
            ("GET", "/status", nil, .status),
            ("POST", "/reload", nil, .reload),
            ("POST", "/pause", "queue=orders", .pause(.named(["orders"]), persisting: false)),
            (
                "POST", "/pause", "queue=a%26b&queue=c%2Ffifo&persist=true",
                .pause(.named(["a&b", "c/fifo"]), persisting: true)
            ),
            ("POST", "/pause", "all=true", .pause(.all, persisting: false)),
            ("POST", "/pause", "all=true&persist=false", .pause(.all, persisting: false)),
            ("POST", "/resume", "all", .resume(.all)),
            ("POST", "/resume", "queue=orders", .resume(.named(["orders"]))),
            ("GET", "/log-level", nil, .logLevel),
            ("POST", "/log-level", "level=debug", .setLogLevel("debug")),
        ] as [(String, String, String?, ControlCall)])
    func `a request is known by its method, its path and its query`(
        method: String, path: String, query: String?, call: ControlCall
    ) throws {
        #expect(try ControlCall(method: method, path: path, query: query) == call)
    }

    @Test(
        arguments: [
            ("/pause", nil, "say ?queue=NAME, or ?all=true"),
            ("/pause", "persist=true", "say ?queue=NAME, or ?all=true"),
            ("/resume", "all=false", "say ?queue=NAME, or ?all=true"),
            ("/resume", "queue=%zz", "the query is not percent-encoded"),
            ("/log-level", nil, "say ?level="),
        ] as [(String, String?, String)])
    func `nothing is done that was not said`(path: String, query: String?, error: String) {
        let answer = #expect(throws: ControlAnswer.self) {
            try ControlCall(method: "POST", path: path, query: query)
        }
        #expect(answer?.status == 400)
        #expect(
            answer.map { String(decoding: $0.body, as: UTF8.self) }
                == "{\"error\":\"\(error)\"}\n")
    }

    @Test(arguments: [
        ("GET", "/reload", 405, "use POST"), ("HEAD", "/reload", 405, "use POST"),
        ("POST", "/healthz", 405, "use GET"),
        ("GET", "/", 404, "there is nothing at /"), ("GET", "", 404, "there is nothing at "),
        ("POST", "/reload/", 404, "there is nothing at /reload/"),
    ])
    func `what is no request is refused with the reason`(
        method: String, path: String, status: Int, error: String
    ) {
        let answer = #expect(throws: ControlAnswer.self) {
            try ControlCall(method: method, path: path)
        }
        #expect(answer?.status == status)
        #expect(
            answer.map { String(decoding: $0.body, as: UTF8.self) }
                == "{\"error\":\"\(error)\"}\n")
    }
}
