internal import Logging

/// The level that a line of output asks for: `<3>card declined`.
///
/// Source: sd-daemon(3), and SyslogLevelPrefix= in systemd.exec(5), by which systemd reads the
/// output of services.
enum OutputLevel {
    /// The level of a line that asks for none.
    static let usual = Logger.Level.info

    /// - Returns: the text without its prefix. The level is nil where there is none.
    static func split(_ line: String) -> (level: Logger.Level?, text: String) {
        let start = Array(line.utf8.prefix(3))
        guard start.count == 3, start[0] == UInt8(ascii: "<"), start[2] == UInt8(ascii: ">"),
            let level = level(digit: start[1])
        else { return (nil, line) }
        return (level, String(line.dropFirst(3)))
    }

    private static func level(digit: UInt8) -> Logger.Level? {
        switch digit {
        // Emergency, alert, critical.
        case UInt8(ascii: "0")...UInt8(ascii: "2"): .critical
        case UInt8(ascii: "3"): .error
        case UInt8(ascii: "4"): .warning
        case UInt8(ascii: "5"): .notice
        case UInt8(ascii: "6"): .info
        case UInt8(ascii: "7"): .debug
        default: nil
        }
    }
}

/// A child's output as lines of text, each with its level.
struct OutputLines {
    private struct Stream {
        private var splitter = LineSplitter()
        /// The level of the line that has begun; nil where none has.
        private var level: Logger.Level?

        mutating func append(_ bytes: ArraySlice<UInt8>, emit: (String, Logger.Level) -> Void) {
            var level = level
            splitter.append(bytes) { Self.pass($0, endsLine: $1, &level, to: emit) }
            self.level = level
        }

        mutating func finish(emit: (String, Logger.Level) -> Void) {
            var level = level
            splitter.finish { Self.pass($0, endsLine: $1, &level, to: emit) }
            self.level = level
        }

        private static func pass(
            _ piece: String, endsLine: Bool, _ level: inout Logger.Level?,
            to emit: (String, Logger.Level) -> Void
        ) {
            let isContinued = level != nil
            let (asked, text) = isContinued ? (level, piece) : OutputLevel.split(piece)
            let present = asked ?? OutputLevel.usual
            level = endsLine ? nil : present
            if !text.isEmpty { emit(text, present) }
        }
    }

    private var output = Stream()
    private var error = Stream()

    /// Gives every line that is complete, or longer than a line may be, to `emit`.
    mutating func append(
        _ bytes: ArraySlice<UInt8>, from stream: OutputStream,
        emit: (String, Logger.Level) -> Void
    ) {
        switch stream {
        case .output: output.append(bytes, emit: emit)
        case .error: error.append(bytes, emit: emit)
        }
    }

    /// Gives the last line to `emit`, which no newline ended.
    mutating func finish(_ stream: OutputStream, emit: (String, Logger.Level) -> Void) {
        switch stream {
        case .output: output.finish(emit: emit)
        case .error: error.finish(emit: emit)
        }
    }
}
