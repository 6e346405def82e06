import HandlerLibrary
import MessageHandling
import Synchronization
import TestKit
import Testing

struct JournalHandlerTests {
    /// Keeps what is written, or refuses all.
    private final class Output: BodyOutput {
        private let kept = Mutex<[String]>([])
        private let refusal: String?

        init(refusal: String? = nil) {
            self.refusal = refusal
        }

        var bodies: [String] { kept.withLock { $0 } }

        func write(_ messages: [Message], of handlerName: String) -> [HandlerResult] {
            if let refusal { return messages.map { _ in .unavailable(refusal) } }
            kept.withLock { $0 += messages.map { "\(handlerName): \($0.body)" } }
            return messages.map { _ in .done }
        }

        func check() throws(HandlerUnavailable) {
            if let refusal { throw HandlerUnavailable(refusal) }
        }
    }

    @Test(arguments: ["hello", "a\nb\u{1B}[31m\u{0}", String(repeating: "🦤", count: 262_144)])
    func `a message is done when its body was taken, and nothing is logged instead`(
        body: String
    ) async throws {
        let (output, log) = (Output(), LogRecorder())
        let handler = JournalHandler(output)
        let outcome = try await handler.handle(message(body: body), context: log.context())
        #expect(outcome == .done)
        #expect(output.bodies == ["test: \(body)"])
        #expect(log.entries.isEmpty)
        try await handler.checkAvailability()
    }

    @Test func `a body that is not taken makes the handler unavailable, and so says its check`()
        async throws
    {
        let handler = JournalHandler(Output(refusal: "nobody reads"))
        let result = try await handler.handle(
            message(body: "x"), context: LogRecorder().context())
        #expect(result == .unavailable("nobody reads"))
        let check = await #expect(throws: HandlerUnavailable.self) {
            try await handler.checkAvailability()
        }
        #expect(check?.description == "nobody reads")
    }

    @Test func `messages that start together are written together, in their order`() async {
        let (output, log) = (Output(), LogRecorder())
        let handler = JournalHandler(output)
        #expect(handler.isBrief)
        let messages = ["a", "b"].map { (message(body: $0), log.context()) }
        #expect(await handler.handle(together: messages) == [.done, .done])
        #expect(output.bodies == ["test: a", "test: b"])
        #expect(await handler.handle(together: []) == [])
    }
}
