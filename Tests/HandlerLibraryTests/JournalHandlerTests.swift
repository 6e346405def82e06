import HandlerLibrary
import Logging
import MessageHandling
import Testing

struct JournalHandlerTests {
    private func logged(_ body: String) async throws -> [LogRecorder.Entry] {
        let log = LogRecorder()
        let outcome = try await JournalHandler().handle(
            message(body: body), context: log.context())
        #expect(outcome == .done)
        return log.entries
    }

    @Test(arguments: ["hello", "", "a\nb\u{1B}[31m\u{0}", "🦤"])
    func `the body is logged at info with the message's fields, as it is`(body: String)
        async throws
    {
        let entries = try await logged(body)
        #expect(
            entries
                == [LogRecorder.Entry(level: .info, text: body, metadata: ["message": "m-1"])])
    }

    @Test(
        arguments: [
            (String(repeating: "x", count: 61_440), nil),
            (String(repeating: "x", count: 61_441), 61_440),
            (String(repeating: "🦤", count: 262_144), 61_440),
            ("x" + String(repeating: "🦤", count: 262_143), 61_437),
        ] as [(String, Int?)])
    func `a long body is cut between characters, and its size is said`(body: String, kept: Int?)
        async throws
    {
        let text = try #require(try await logged(body).first?.text)
        guard let kept else {
            #expect(text == body)
            return
        }
        let note = "… (the first \(kept) of \(body.utf8.count) bytes)"
        #expect(text.hasSuffix(note))
        #expect(body.utf8.starts(with: text.dropLast(note.count).utf8))
        #expect(text.dropLast(note.count).utf8.count == kept)
    }
}
