internal import Logging

/// Logs a program's output, line by line, up to a limit, and keeps the last of it.
struct OutputLog: ChildOutput {
    private let logger: Logger
    private let limit: Int
    private var room: Int
    private var lines = OutputLines()
    /// The last of all that was written, logged or not.
    private(set) var tail = OutputTail()

    /// - Parameter limit: how many bytes of both streams together are logged.
    init(logger: Logger, limit: Int) {
        self.logger = logger
        self.limit = limit
        self.room = limit
    }

    mutating func receive(_ bytes: ArraySlice<UInt8>, from stream: OutputStream) {
        tail.append(bytes, from: stream)
        guard room >= 0 else { return }
        lines.append(bytes.prefix(room), from: stream) { Self.log($0, $1, stream, logger) }
        room -= bytes.count
        if room < 0 {
            for stream in [OutputStream.output, .error] { end(of: stream) }
            logger.warning(
                "the program wrote more than \(limit) bytes (max_output); the rest is dropped")
        }
    }

    mutating func end(of stream: OutputStream) {
        lines.finish(stream) { Self.log($0, $1, stream, logger) }
    }

    private static func log(
        _ line: String, _ level: Logger.Level, _ stream: OutputStream, _ logger: Logger
    ) {
        logger.log(level: level, "\(line)", metadata: ["stream": "\(stream.rawValue)"])
    }
}
