import FoundationEssentials
import HandlerLibrary
import MessageHandling
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ExecInputTests {
    /// Every character that SQS takes below U+0080, and its neighbours at the ends of the ranges.
    /// Source: SendMessage, API reference: #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD |
    /// #x10000 to #x10FFFF.
    private static let allowedControls: String = {
        let low: [UInt32] = [0x9, 0xA, 0xD] + Array(0x20...0xA0)
        let rest: [UInt32] = [0x2028, 0xD7FF, 0xE000, 0xFEFF, 0xFFFD, 0x10000, 0x10FFFF]
        return String(String.UnicodeScalarView((low + rest).compactMap { Unicode.Scalar($0) }))
    }()

    static let bodies: [(String, String)] = [
        ("empty", ""),
        ("1 MiB", String(repeating: "0123456789abcdef", count: 65_536)),
        ("1 MiB of four-byte characters", String(repeating: "🦤", count: 262_144)),
        ("every allowed control character", allowedControls),
        ("emoji", "🧑‍🚀 👩🏽‍💻 🇪🇺 e\u{301}"),
        ("quotes and newlines", "'a' \"b\" `c` $(d) \\ \r\n\n\n%s\t${PATH}\n"),
        ("NUL", "before\0after"),
    ]

    @Test(arguments: bodies.map(\.0))
    func `the body arrives on stdin byte for byte`(name: String) async throws {
        let body = try #require(Self.bodies.first { $0.0 == name }).1
        try await TemporaryFolder.with { directory in
            let settings = shell("cat > \"$OUT\"", environment: ["OUT": directory + "/body"])
            #expect(try await handle(message(body: body), by: settings) == .done)
            let received = try Data(contentsOf: URL(filePath: directory + "/body"))
            #expect(Array(received) == Array(body.utf8))
        }
    }

    @Test(arguments: ["exec 0<&-", ":", "head -c 1 > /dev/null"])
    func `a program need not read its body`(script: String) async throws {
        let body = String(repeating: "x", count: 1 << 20)
        #expect(try await handle(message(body: body), by: shell(script)) == .done)
    }

    @Test func `the body is a seekable file that nobody can change`() async throws {
        let log = LogRecorder()
        let script = """
            (echo changed > /dev/stdin) 2>/dev/null && echo written
            (echo changed >> /dev/stdin) 2>/dev/null && echo appended
            cat; echo; cat /dev/stdin
            """
        #expect(try await handle(message(body: "once"), by: shell(script), log: log) == .done)
        #expect(log.lines(of: "stdout") == ["once", "once"])
    }

    @Test func `the whole message can be read as one JSON object`() async throws {
        let message = message(
            body: "a \"b\"\n\0🦤\u{8}/",
            attributes: [
                "Color": text("blue"),
                "raw": MessageAttribute(dataType: "Binary", value: .binary([0, 255])),
            ], system: ["ApproximateReceiveCount": "2", "MessageGroupId": "g"])
        try await TemporaryFolder.with { directory in
            var settings = shell("cat > \"$OUT\"", environment: ["OUT": directory + "/json"])
            settings.input = .json
            #expect(try await handle(message, by: settings) == .done)
            let json = try Data(contentsOf: URL(filePath: directory + "/json"))
            // Its members are in the order of their names, and nothing is escaped needlessly.
            #expect(
                String(decoding: json, as: UTF8.self)
                    == #"{"Attributes":{"ApproximateReceiveCount":"2","MessageGroupId":"g"},"#
                    + #""Body":"a \"b\"\n\u0000🦤\b/","MessageAttributes":{"#
                    + #""Color":{"DataType":"String","StringValue":"blue"},"#
                    + #""raw":{"BinaryValue":"AP8=","DataType":"Binary"}},"#
                    + #""MessageId":"m-1","QueueName":"orders","QueueUrl":"\#(message.queue.url)"}"#
            )
        }
    }

    @Test func `a program can be given nothing to read`() async throws {
        let log = LogRecorder()
        var settings = shell("wc -c")
        settings.input = .none
        #expect(try await handle(message(), by: settings, log: log) == .done)
        #expect(log.lines(of: "stdout") == ["0"])
    }
}
