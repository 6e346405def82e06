import HandlerLibrary
import SQS

/// The journal takes everything.
enum JournalRows {
    static let all = bodies.map { name, body in
        var row = Row(
            kind: "journal", happening: name, handler: JournalHandler(), result: .done,
            fate: [.deleted])
        row.message.body = body
        return row
    }

    private static let bodies = [
        ("a line", "hello"), ("nothing", ""), ("1 MiB", String(repeating: "x", count: 1 << 20)),
        ("a NUL", "a\0b"), ("control characters", "\u{1B}[0m\u{7}"), ("many lines", "a\nb\n\n"),
    ]
}
