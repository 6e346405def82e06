internal import Logging
internal import Synchronization

/// Logs what a function's process prints: while it works on an invocation, under its request id,
/// and up to a limit for each. Keeps the last of it.
///
/// What is printed between two invocations is counted to the one before: it may be on its way
/// through the pipe when the answer is there already.
final class FunctionLog: Sendable {
    private struct State {
        var logger: Logger
        var room = LambdaSettings.outputLimit
        var tail = OutputTail()
    }

    private let state: Mutex<State>

    init(_ logger: Logger) {
        state = Mutex(State(logger: logger))
    }

    func begin(_ logger: Logger) {
        state.withLock { $0 = State(logger: logger) }
    }

    /// The last of what was printed since ``begin(_:)``.
    var tail: String? {
        state.withLock(\.tail).text.map(Self.unfolded)
    }

    fileprivate func keep(_ bytes: ArraySlice<UInt8>, _ stream: OutputStream) {
        state.withLock { $0.tail.append(bytes, from: stream) }
    }

    fileprivate func line(_ line: String, _ level: Logger.Level, _ stream: OutputStream) {
        let (logger, isLast) = state.withLock { state -> (Logger?, Bool) in
            guard state.room > 0 else { return (nil, false) }
            state.room -= line.utf8.count + 1
            return (state.logger, state.room <= 0)
        }
        guard let logger else { return }
        logger.log(
            level: level, "\(Self.unfolded(line))", metadata: ["stream": "\(stream.rawValue)"])
        if isLast {
            logger.warning(
                """
                the function printed more than \(LambdaSettings.outputLimit) bytes; the rest is \
                dropped until its next invocation
                """)
        }
    }

    /// Python's runtime puts a whole stack trace into one line by returns, which `journalctl`
    /// would show as binary data.
    private static func unfolded(_ line: String) -> String {
        line.split(separator: "\r", omittingEmptySubsequences: false).joined(separator: "\n")
    }
}

/// A process's output on its way to the log.
struct FunctionOutput: ChildOutput {
    let log: FunctionLog
    private var lines = OutputLines()

    init(log: FunctionLog) {
        self.log = log
    }

    mutating func receive(_ bytes: ArraySlice<UInt8>, from stream: OutputStream) {
        log.keep(bytes, stream)
        lines.append(bytes, from: stream) { log.line($0, $1, stream) }
    }

    mutating func end(of stream: OutputStream) {
        lines.finish(stream) { log.line($0, $1, stream) }
    }
}
