import ArgumentParser
import Daemon
import EventPatterns
import Intake
import JSON
import MessageHandling

/// `--match`: which messages are meant.
struct SelectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only messages that this event pattern takes: a file, or JSON such as "
                + #"'{"body": {"type": ["created"]}}'. See match --help."#,
            valueName: "pattern"))
    var match: String?

    @Option(help: "At most this many messages.")
    var limit: Int?

    func validate() throws {
        if let limit, limit < 1 {
            throw ValidationError("--limit \(limit): one message at least.")
        }
    }

    func selection() throws -> MessageSelection { try MessageSelection(match) }
}

/// Whether a message is meant.
struct MessageSelection {
    private let patterns: PatternSet?

    var takesAll: Bool { patterns == nil }

    /// - Parameter text: a pattern as JSON, or the file of one; nil takes all.
    init(_ text: String?) throws(CommandFailure) {
        patterns = try text.map { (text) throws(CommandFailure) in
            PatternSet([try Self.pattern(text)], for: .message)
        }
    }

    func takes(_ message: Message) -> Bool { patterns?.matches(message).first ?? true }

    private static func pattern(_ text: String) throws(CommandFailure) -> EventPattern {
        guard text.first(where: { !$0.isWhitespace }) == "{" else {
            return try InputFile.pattern(text, for: .message)
        }
        let source: JSONValue
        do throws(JSONError) {
            source = try JSONValue(parsing: text)
        } catch {
            throw CommandFailure(.invalidData, "--match: not valid JSON: \(error)")
        }
        do throws(PatternErrors) {
            return try EventPattern(source, for: .message)
        } catch {
            throw CommandFailure(
                .invalidData, error.errors.map { "--match: \($0)" }.joined(separator: "\n"))
        }
    }
}
