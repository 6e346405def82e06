import Logging

/// One event as one line of text, for a person: time, level, message, then the fields.
///
/// Nothing in it can start a second line or drive a terminal, nor show it in another order than it
/// has: control and format characters are escaped, in the message and in every value.
enum TextLine {
    /// The fields that say what an event is about come first, in this order; the others follow by
    /// name.
    private static let leading = [
        "queue", "handler", "message_id", "message_group_id", "receive_count", "outcome",
        "duration_usec",
    ]

    static func bytes(
        _ level: Logger.Level, _ message: String, _ fields: LogFields,
        style: TextLogHandler.Style
    ) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(message.utf8.count + 64 + fields.pairs.count * 48)
        appendStart(level, style: style, to: &line)
        appendEscaped(message, to: &line)
        let pairs = fields.pairs + fields.lists.map { ($0.key, $0.text) }
        for (key, value) in pairs.sorted(by: { order($0.key) < order($1.key) }) {
            line.append(UInt8(ascii: " "))
            appendEscaped(key, to: &line)
            line.append(UInt8(ascii: "="))
            append(value: value, to: &line)
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private static func order(_ key: String) -> (Int, String) {
        (leading.firstIndex(of: key) ?? leading.count, key)
    }

    /// The journal has its own time, and reads the level from the prefix of sd-daemon(3).
    private static func appendStart(
        _ level: Logger.Level, style: TextLogHandler.Style, to line: inout [UInt8]
    ) {
        if style == .journalStream {
            line.append(contentsOf: "<\(level.syslogPriority)>".utf8)
            return
        }
        LocalTime.now.append(to: &line)
        line.append(UInt8(ascii: " "))
        // As wide as the longest level, so that messages stand in a column.
        let name = level.rawValue + String(repeating: " ", count: 8 - level.rawValue.utf8.count)
        if style == .coloured, let colour = colour(of: level) {
            line.append(contentsOf: "\u{1B}[\(colour)m\(name)\u{1B}[0m ".utf8)
        } else {
            line.append(contentsOf: "\(name) ".utf8)
        }
    }

    /// The parameter of the terminal's "select graphic rendition": red, yellow, bold or faint.
    private static func colour(of level: Logger.Level) -> Int? {
        switch level {
        case .critical, .error: 31
        case .warning: 33
        case .notice: 1
        case .info: nil
        case .debug, .trace: 2
        }
    }

    private static func append(value: String, to line: inout [UInt8]) {
        guard value.utf8.isEmpty || value.utf8.contains(where: needsQuotes) else {
            appendEscaped(value, to: &line)
            return
        }
        line.append(UInt8(ascii: "\""))
        appendEscaped(value, quoted: true, to: &line)
        line.append(UInt8(ascii: "\""))
    }

    /// Whether a byte would, without quotes, end the value, look like another field, or hide an
    /// escape.
    private static func needsQuotes(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, 0x7F, UInt8(ascii: "\""), UInt8(ascii: "="), UInt8(ascii: "\\"): true
        default: false
        }
    }

    private static func appendEscaped(
        _ text: String, quoted: Bool = false, to line: inout [UInt8]
    ) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": line.append(contentsOf: "\\n".utf8)
            case "\r": line.append(contentsOf: "\\r".utf8)
            case "\t": line.append(contentsOf: "\\t".utf8)
            case "\"" where quoted: line.append(contentsOf: "\\\"".utf8)
            case "\\" where quoted: line.append(contentsOf: "\\\\".utf8)
            case _ where scalar.isControlOrFormat:
                let digits = String(scalar.value, radix: 16)
                line.append(contentsOf: "\\u{\(digits)}".utf8)
            default: line.append(contentsOf: scalar.utf8)
            }
        }
    }
}
