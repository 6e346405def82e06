internal import Logging

/// Logs a program's output, line by line, up to a limit.
struct OutputLog: ChildOutput {
    private let logger: Logger
    private let limit: Int
    private var room: Int
    private var lines = [OutputStream.output: LineSplitter(), .error: LineSplitter()]

    /// - Parameter limit: how many bytes of both streams together are logged.
    init(logger: Logger, limit: Int) {
        self.logger = logger
        self.limit = limit
        self.room = limit
    }

    mutating func receive(_ bytes: ArraySlice<UInt8>, from stream: OutputStream) {
        guard room >= 0 else { return }
        lines[stream]?.append(bytes.prefix(room)) { Self.log($0, stream, logger) }
        room -= bytes.count
        if room < 0 {
            for stream in [OutputStream.output, .error] { end(of: stream) }
            logger.warning(
                "the program wrote more than \(limit) bytes (max_output); the rest is dropped")
        }
    }

    mutating func end(of stream: OutputStream) {
        lines[stream]?.finish { Self.log($0, stream, logger) }
    }

    private static func log(_ line: String, _ stream: OutputStream, _ logger: Logger) {
        logger.info("\(line)", metadata: ["stream": "\(stream.rawValue)"])
    }
}
