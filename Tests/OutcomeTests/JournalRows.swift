import HandlerLibrary
import MessageHandling
import SQS

/// What is written out is done, whatever it is; what is not taken comes back.
enum JournalRows {
    static let all = taken + [refused]

    private static let taken = bodies.map { name, body in
        var row = Row(
            kind: "journal", happening: name, handler: JournalHandler(Taking()), result: .done,
            fate: [.deleted])
        row.message = QueueSpy.message(body)
        return row
    }

    private static let refused = Row(
        kind: "journal", happening: "nobody takes it", handler: JournalHandler(Refusing()),
        result: .unavailable, fate: [.visible(after: .zero)])

    private static let bodies = [
        ("a line", "hello"), ("nothing", ""), ("1 MiB", String(repeating: "x", count: 1 << 20)),
        ("a NUL", "a\0b"), ("control characters", "\u{1B}[0m\u{7}"), ("many lines", "a\nb\n\n"),
    ]

    private struct Taking: BodyOutput {
        func write(_ messages: [Message], of handlerName: String) -> [HandlerResult] {
            messages.map { _ in .done }
        }
        func check() throws(HandlerUnavailable) {}
    }

    private struct Refusing: BodyOutput {
        func write(_ messages: [Message], of handlerName: String) -> [HandlerResult] {
            messages.map { _ in .unavailable("nobody reads") }
        }
        func check() throws(HandlerUnavailable) { throw HandlerUnavailable("nobody reads") }
    }
}
