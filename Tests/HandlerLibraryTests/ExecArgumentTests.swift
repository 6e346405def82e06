import HandlerLibrary
import MessageHandling
import TestKit
import Testing

/// Fields of the message in a program's arguments.
@Suite(.timeLimit(.minutes(1)))
struct ExecArgumentTests {
    private func output(of command: [String], _ message: Message) async throws -> [String] {
        let log = LogRecorder()
        #expect(try await handle(message, by: program(command), log: log) == .done)
        return log.lines(of: "stdout")
    }

    @Test func `a field stays one argument and is never parsed again`() async throws {
        let values = [
            "a b", "$(touch /tmp/x)", "`id`", "; rm -rf /", "'", "\"", "*", "--flag", "{queue}", "",
            "\\n", "é🦤", "a\nb",
        ]
        for value in values {
            let message = message(attributes: ["v": text(value)])
            let lines = try await output(
                of: ["printf", "[%s]", "{attribute.v}", "--id={message_id}"], message)
            #expect(lines.joined(separator: "\n") == "[\(value)][--id=m-1]")
        }
    }

    @Test func `there are as many arguments as the command has, whatever is missing`()
        async throws
    {
        let script = "echo $#; printf '<%s>' \"$@\""
        let command = ["sh", "-c", script, "sh", "{group}", "{attribute.none}", "x"]
        #expect(try await output(of: command, message()) == ["3", "<><><x>"])
    }

    @Test(arguments: ["", "one line", String(repeating: "🦤", count: 262_144), "a\0b"])
    func `the body can be read from a file, by the program and by what it starts`(body: String)
        async throws
    {
        let sizes = try await output(
            of: [
                "sh", "-c", "wc -c < \"$1\"; wc -c < \"$1\"; sh -c 'cat \"$1\"' sh \"$1\" | wc -c",
                "sh", "{body_file}",
            ], message(body: body))
        #expect(sizes == Array(repeating: "\(body.utf8.count)", count: 3))
    }

    @Test func `the body's file cannot be written, and is a descriptor of its own`() async throws {
        let lines = try await output(
            of: [
                "sh", "-c",
                "(echo x > \"$1\") 2>/dev/null || echo kept; ls /proc/self/fd; cat \"$1\"", "sh",
                "{body_file}",
            ], message(body: "the body"))
        #expect(lines == ["kept", "0", "1", "2", "3", "4", "the body"])
    }

    @Test(arguments: [
        ("a\0b", "NUL"), (String(repeating: "x", count: 131_072), "131072 bytes"),
    ])
    func `what cannot be an argument rejects the message, and starts nothing`(
        value: String, words: String
    ) async throws {
        let log = LogRecorder()
        let settings = program(["echo", "{attribute.v}"])
        let outcome = try await handle(
            message(attributes: ["v": text(value)]), by: settings, log: log)
        guard case .outcome(.reject(let reason)) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(reason.contains(words) && reason.contains("argument 1"))
        #expect(log.entries.isEmpty)
    }

    @Test func `arguments that are larger than the kernel allows together reject the message`()
        async throws
    {
        let value = String(repeating: "x", count: 131_000)
        let settings = program(["echo"] + Array(repeating: "{attribute.v}", count: 60))
        let outcome = try await handle(message(attributes: ["v": text(value)]), by: settings)
        #expect(
            outcome
                == .reject(
                    reason: "the arguments of the program would be larger than the kernel allows"))
    }
}
