import CSystemd
import Glibc
package import Logging

/// Where the daemon's log goes, and in which form.
package enum LogDestination: Sendable, Equatable {
    /// Structured entries through journald's socket.
    case journal
    /// Lines of text on stderr.
    case text(TextLogHandler.Style)

    /// journald's socket for structured entries. Source: systemd-journald.service(8).
    package static let journalSocket = "/run/systemd/journal/socket"

    /// Finds out where stderr leads, since that is where the person who started us looks.
    ///
    /// The journal is used when stderr is the very stream that `JOURNAL_STREAM` names (the variable
    /// alone is inherited by processes whose stderr was sent elsewhere; systemd.exec(5)) and its
    /// socket can be reached: libsystemd loses entries silently when it cannot, as under
    /// `RootDirectory=`. Colour needs a terminal, no `NO_COLOR`, and a `TERM` other than `dumb`.
    package static func detect(
        environment: [String: String], standardError: Int32 = STDERR_FILENO,
        journalSocket: String = LogDestination.journalSocket
    ) -> LogDestination {
        if isJournalStream(standardError, environment: environment) {
            return access(journalSocket, W_OK) == 0 ? .journal : .text(.journalStream)
        }
        let wantsColour =
            (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        return .text(isatty(standardError) == 1 && wantsColour ? .coloured : .plain)
    }

    /// A handler for `LoggingSystem.bootstrap`.
    ///
    /// - Parameters:
    ///   - identifier: the program's name in the journal, for `journalctl -t`.
    ///   - queue: what entries go through; nil to write them on the thread that logs.
    package func makeHandler(
        label: String, level: Logger.Level, identifier: String = LogDestination.programName,
        metadataProvider: Logger.MetadataProvider? = nil, queue: LogQueue? = nil
    ) -> any LogHandler {
        switch self {
        case .journal:
            JournalLogHandler(
                label: label, level: level, identifier: identifier,
                metadataProvider: metadataProvider, queue: queue)
        case .text(let style):
            TextLogHandler(
                level: level, style: style, metadataProvider: metadataProvider, queue: queue)
        }
    }

    /// Writes one entry at once, past the logging system and its queue.
    /// - Returns: whether it was taken.
    package func write(
        _ message: Logger.Message, level: Logger.Level, metadata: Logger.Metadata,
        file: String = #fileID, function: String = #function, line: UInt = #line
    ) -> Bool {
        let event = LogEvent(
            level: level, message: message, metadata: metadata, source: nil, file: file,
            function: function, line: line)
        return switch self {
        case .journal:
            JournalLogHandler(
                label: Self.programName, level: level, identifier: Self.programName
            ).write(event)
        case .text(let style):
            TextLogHandler(level: level, style: style).write(event)
        }
    }

    /// The name this program was started by, without its folder.
    package static let programName: String = {
        let path = CommandLine.arguments.first ?? ""
        return path.split(separator: "/").last.map(String.init) ?? "sqs-subscriber"
    }()

    /// Whether a descriptor is the stream to the journal that systemd gave this process.
    package static func isJournalStream(
        _ descriptor: Int32, environment: [String: String]
    ) -> Bool {
        isJournalStream(descriptor, environment["JOURNAL_STREAM"] ?? "")
    }

    /// `JOURNAL_STREAM` is the decimal device and inode number of the stream, `8:1234`.
    private static func isJournalStream(_ descriptor: Int32, _ variable: String) -> Bool {
        let numbers = variable.split(separator: ":", omittingEmptySubsequences: false)
            .map { UInt64($0) }
        guard numbers.count == 2, let device = numbers[0], let inode = numbers[1]
        else { return false }
        return sqs_is_journal_stream(descriptor, device, inode) == 1
    }
}
