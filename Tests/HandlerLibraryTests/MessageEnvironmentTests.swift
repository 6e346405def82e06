import FoundationEssentials
import HandlerLibrary
import MessageHandling
import TestKit
import Testing

struct MessageEnvironmentTests {
    private func variables(
        _ message: Message, environment: [String: String] = [:],
        daemon: [String: String] = [:], limit: Int = 2 << 20
    ) -> [String: String] {
        let settings = ExecSettings(
            command: ["/bin/true"], environment: environment, daemonEnvironment: daemon)
        let strings = MessageEnvironment(settings, limit: limit).block(
            for: message, arguments: ["/bin/true"]
        ).strings
        let pairs = strings.map { string in
            let equals = string.firstIndex(of: "=") ?? string.endIndex
            return (String(string[..<equals]), String(string[equals...].dropFirst()))
        }
        #expect(Set(pairs.map(\.0)).count == pairs.count, "a name twice: \(strings)")
        return Dictionary(pairs) { $1 }
    }

    @Test func `a message's fields have the names of the contract`() {
        let message = message(
            attributes: [
                "traceparent": text("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
                "Color": text("blue"), "n": text("1.50", type: "Number"),
                "raw": MessageAttribute(dataType: "Binary", value: .binary([0, 255, 10])),
            ],
            system: [
                "ApproximateReceiveCount": "2", "SentTimestamp": "1700000000123",
                "ApproximateFirstReceiveTimestamp": "1700000000456", "MessageGroupId": "g 1",
                "AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793",
            ], queue: "orders.fifo")
        let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        var variables = variables(message)
        let json = variables.removeValue(forKey: "SQS_MESSAGE_ATTRIBUTES")
        #expect(
            variables == [
                "SQS_MESSAGE_ID": "m-1", "SQS_QUEUE": "orders.fifo",
                "SQS_QUEUE_URL": "http://127.0.0.1:9324/000000000000/orders.fifo",
                "SQS_RECEIVE_COUNT": "2", "SQS_SENT_TIMESTAMP": "1700000000123",
                "SQS_FIRST_RECEIVE_TIMESTAMP": "1700000000456", "SQS_MESSAGE_GROUP_ID": "g 1",
                "TRACEPARENT": traceparent,
                "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793",
                "SQS_ATTR_Color": "blue", "SQS_ATTR_n": "1.50", "SQS_ATTR_raw": "AP8K",
                "SQS_ATTR_traceparent": traceparent,
            ])
        let expected =
            #"{"Color":{"DataType":"String","StringValue":"blue"},"#
            + #""n":{"DataType":"Number","StringValue":"1.50"},"#
            + #""raw":{"BinaryValue":"AP8K","DataType":"Binary"},"#
            + #""traceparent":{"DataType":"String","StringValue":"\#(traceparent)"}}"#
        #expect(json == expected)
    }

    @Test func `what a message does not have is not set`() {
        let names = variables(message(system: [:])).keys.sorted()
        #expect(
            names == [
                "SQS_MESSAGE_ATTRIBUTES", "SQS_MESSAGE_ID", "SQS_QUEUE", "SQS_QUEUE_URL",
                "SQS_RECEIVE_COUNT",
            ])
        #expect(variables(message())["SQS_MESSAGE_ATTRIBUTES"] == "{}")
    }

    @Test(
        arguments: [
            (["a.b"], ["SQS_ATTR_a_b": "a.b"]),
            (["a.b", "a_b"], ["SQS_ATTR_a_b": "a_b"]),
            (["a-b", "a.b"], ["SQS_ATTR_a_b": "a-b"]),
            (["a", "A"], ["SQS_ATTR_a": "a", "SQS_ATTR_A": "A"]),
            (
                ["größe", "9", "_"],
                ["SQS_ATTR_gr__e": "größe", "SQS_ATTR_9": "9", "SQS_ATTR__": "_"]
            ),
            (["x=y\n", ""], ["SQS_ATTR_x_y_": "x=y\n", "SQS_ATTR_": ""]),
        ] as [([String], [String: String])])
    func `attribute names become variable names, and the unchanged one wins a collision`(
        names: [String], expected: [String: String]
    ) throws {
        let attributes = names.map { ($0, text($0)) }
        let variables = variables(message(attributes: Dictionary(attributes) { $1 }))
        #expect(variables.filter { $0.key.hasPrefix("SQS_ATTR_") } == expected)
        let json = try #require(variables["SQS_MESSAGE_ATTRIBUTES"])
        let decoded = try JSONDecoder().decode(
            [String: [String: String]].self, from: Data(json.utf8))
        #expect(decoded.keys.sorted() == names.sorted())
    }

    @Test func `the daemon's environment is passed down by an allow-list`() {
        let daemon = [
            "PATH": "/bin", "HOME": "/root", "LANG": "C", "LC_ALL": "C", "TZ": "UTC",
            "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s", "AWS_PROFILE": "p",
            "NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "1", "LISTEN_FDS": "1", "LD_PRELOAD": "x",
            "CREDENTIALS_DIRECTORY": "/c", "JOURNAL_STREAM": "1:2", "SQS_SUBSCRIBER_SLOTS": "1",
        ]
        let inherited = variables(message(), daemon: daemon).filter { !$0.key.hasPrefix("SQS_") }
        #expect(
            inherited == [
                "PATH": "/bin", "HOME": "/root", "LANG": "C", "LC_ALL": "C", "TZ": "UTC",
            ])
        #expect(variables(message(), daemon: daemon)["SQS_SUBSCRIBER_SLOTS"] == nil)
    }

    @Test func `settings are set over what is inherited, and the message over both`() {
        let environment = [
            "PATH": "/opt", "AWS_REGION": "eu-west-1", "SQS_QUEUE": "forged", "EMPTY": "",
            "SQS_OMITTED": "forged",
        ]
        let variables = variables(message(), environment: environment, daemon: ["PATH": "/bin"])
        #expect(variables["PATH"] == "/opt")
        #expect(variables["AWS_REGION"] == "eu-west-1")
        #expect(variables["SQS_QUEUE"] == "orders")
        #expect(variables["EMPTY"] == "")
        #expect(variables["SQS_OMITTED"] == nil)
    }

    @Test func `a value with a NUL is left out and named`() {
        let variables = variables(message(attributes: ["bad": text("a\0b"), "good": text("c")]))
        #expect(variables["SQS_ATTR_bad"] == nil)
        #expect(variables["SQS_ATTR_good"] == "c")
        #expect(variables["SQS_OMITTED"] == "SQS_ATTR_bad")
        #expect(variables["SQS_MESSAGE_ATTRIBUTES"]?.contains(#"a\u0000b"#) == true)
    }

    @Test(arguments: [0, 1])
    func `a variable is passed up to the kernel's limit for one string`(excess: Int) {
        let room = EnvironmentBlock.stringLimit - 1 - "SQS_ATTR_a=".utf8.count
        let value = String(repeating: "x", count: room + excess)
        let variables = variables(message(attributes: ["a": text(value)]))
        #expect(variables["SQS_ATTR_a"] == (excess == 0 ? value : nil))
        let omitted = (excess == 0 ? [] : ["SQS_ATTR_a"]) + ["SQS_MESSAGE_ATTRIBUTES"]
        #expect(variables["SQS_OMITTED"] == omitted.joined(separator: " "))
    }

    @Test func `when there is no room for all, the fields go first and the JSON last`() {
        let large = String(repeating: "x", count: 60_000)
        let attributes = ["a": text(large), "b": text(large), "c": text("small")]
        let variables = variables(message(attributes: attributes), limit: 128 * 1024)
        #expect(variables["SQS_MESSAGE_ID"] == "m-1")
        #expect(variables["SQS_ATTR_a"] == large)
        #expect(variables["SQS_ATTR_c"] == "small")
        #expect(variables["SQS_OMITTED"] == "SQS_ATTR_b SQS_MESSAGE_ATTRIBUTES")
    }
}

/// The same limits, asked of the kernel.
@Suite(.timeLimit(.minutes(1)))
struct LargeEnvironmentTests {
    static let shapes: [(count: Int, size: Int)] = [
        (1, 1 << 20), (8, 131_000), (10, 104_857), (10, 131_060), (10, 131_072),
    ]

    @Test(arguments: shapes.map(\.count).indices)
    func `a message with a mebibyte of attributes starts the program all the same`(index: Int)
        async throws
    {
        let (count, size) = Self.shapes[index]
        let value = text(String(repeating: "x", count: size))
        let names = (0..<count).map { "attribute\($0)" }
        let attributes = Dictionary(names.map { ($0, value) }) { $1 }
        let log = LogRecorder()
        let script = "echo \"$SQS_MESSAGE_ID\"; echo \"$SQS_OMITTED\""
        let message = message(attributes: attributes)
        #expect(try await handle(message, by: shell(script), log: log) == .done)
        #expect(log.lines(of: "stdout").first == "m-1")
        #expect(log.lines(of: "stdout").last?.contains("SQS_MESSAGE_ATTRIBUTES") == true)
        #expect(log.warnings.first?.contains("SQS_OMITTED tells it which") == true)
    }

    @Test func `a small stack limit is a small environment, not a program that never starts`()
        async
    {
        await #expect(processExitsWith: .success) {
            try limitStack(to: 1 << 20)
            let value = text(String(repeating: "x", count: 60_000))
            let names = (0..<10).map { "attribute\($0)" }
            let attributes = Dictionary(names.map { ($0, value) }) { $1 }
            let log = LogRecorder()
            let message = message(attributes: attributes)
            #expect(try await handle(message, by: shell("env"), log: log) == .done)
            let variables = log.lines(of: "stdout").filter { $0.hasPrefix("SQS_ATTR_") }
            // A quarter of the limit, less what is kept free.
            #expect(variables.count == 4)
        }
    }
}
