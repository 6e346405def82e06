private import Glibc

/// Runs a program for what it says: `credential_process`, for one.
///
/// The program runs in a process group of its own, with nothing to read, and is killed with its
/// group when the time is over, when it has printed too much or when the task is cancelled. What it
/// prints may be a secret: none of it is logged or part of an error here.
package struct ChildProcessRunner: Sendable {
    /// A `credential_process` answers with about two kilobytes; what is larger is something else.
    package static let defaultOutputLimit = 256 * 1024
    /// How much of the end of stderr is kept: enough for the last message of a stack trace.
    package static let errorTailLimit = 4 * 1024
    /// How much stderr is read, of which the end is kept: more than an `--debug` of the AWS tools
    /// writes.
    package static let errorLimit = 8 * 1_024 * 1_024
    /// Time from SIGTERM to SIGKILL.
    static let killGrace: Duration = .seconds(2)

    private let outputLimit: Int

    /// - Parameter outputLimit: how many bytes of stdout are accepted.
    package init(outputLimit: Int = ChildProcessRunner.defaultOutputLimit) {
        self.outputLimit = outputLimit
    }

    /// What the program said.
    package struct Completed: Sendable, Equatable {
        package let status: ProcessStatus
        package let standardOutput: [UInt8]
        /// The end of stderr as text, at most ``ChildProcessRunner/errorTailLimit`` bytes of it.
        package let standardErrorTail: String
    }

    /// Why there is nothing to show. The description names the program and no argument.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        case cannotStart(String)
        case timedOut(program: String, after: Duration)
        case outputTooLarge(program: String, limit: Int)
        case cancelled(program: String)

        package var description: String {
            switch self {
            case .cannotStart(let reason): reason
            case .timedOut(let program, let after):
                "'\(program)' was still running after \(after) and was killed"
            case .outputTooLarge(let program, let limit):
                "'\(program)' printed more than \(limit) bytes and was killed"
            case .cancelled(let program): "'\(program)' was killed before it had ended"
            }
        }
    }

    /// Runs `command`, without a shell, and returns what it printed, whatever its exit status.
    ///
    /// - Parameters:
    ///   - command: the program (an absolute path, or a name to look up in `PATH`) and its
    ///     arguments.
    ///   - environment: all that the program gets.
    package func run(
        _ command: [String], environment: [String: String], timeout: Duration
    ) async throws(Failure) -> Completed {
        let launch = try launch(command, environment: environment)
        let limits = ChildLimits(timeout: timeout, killGrace: Self.killGrace)
        let (ending, captured) = try await capture(
            launch, limits, searchPath: environment["PATH"])
        // It was ended for that, so that the other reason is none.
        if let limit = captured.exceeded {
            throw .outputTooLarge(program: launch.program, limit: limit)
        }
        switch ending.stopReason {
        case .timeout: throw .timedOut(program: launch.program, after: timeout)
        case .cancelled: throw .cancelled(program: launch.program)
        case nil: break
        }
        return Completed(
            status: ending.status, standardOutput: captured.output,
            standardErrorTail: String(decoding: captured.errorTail, as: UTF8.self))
    }

    /// Runs it until it ends, or has printed too much: then it is ended as by a cancellation.
    private func capture(
        _ launch: ChildLaunch, _ limits: ChildLimits, searchPath: String?
    ) async throws(Failure) -> (ChildEnding, CapturedOutput) {
        typealias Run = Result<(ChildEnding, CapturedOutput), StartFailure>
        let (excess, notice) = AsyncStream.makeStream(of: Never.self)
        let output = CapturedOutput(outputLimit: outputLimit) { notice.finish() }
        let run = await withTaskGroup(of: Run?.self) { group in
            group.addTask {
                do throws(StartFailure) {
                    return .success(
                        try await ChildProcess.run(launch, limits: limits, output: output))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                for await _ in excess {}
                return nil
            }
            var run: Run?
            // Whichever is over first ends the other.
            for await ended in group {
                run = ended ?? run
                group.cancelAll()
            }
            return run
        }
        switch run {
        case .success(let captured): return captured
        case .failure(let error):
            throw .cannotStart(
                StartDiagnosis.text(of: error, launch, searchPath: searchPath))
        case nil: throw .cancelled(program: launch.program)
        }
    }

    private func launch(
        _ command: [String], environment: [String: String]
    ) throws(Failure) -> ChildLaunch {
        let entries = environment.map { "\($0.key)=\($0.value)" }
        guard let name = command.first, !name.isEmpty else {
            throw .cannotStart("cannot start a program: the command is empty")
        }
        guard !(command + entries).contains(where: { $0.utf8.contains(0) }) else {
            throw .cannotStart("cannot start '\(name)': its command or environment has a NUL")
        }
        guard let program = ProgramPath.resolve(name, searchPath: environment["PATH"]) else {
            throw .cannotStart(StartDiagnosis.notFound(name, searchPath: environment["PATH"]))
        }
        return ChildLaunch(program: program, arguments: command, environment: entries)
    }
}

/// Keeps the beginning of stdout and the end of stderr.
private struct CapturedOutput: ChildOutput {
    let outputLimit: Int
    /// Called once, when more has come than is accepted.
    let onExcess: @Sendable () -> Void
    private(set) var output: [UInt8] = []
    private(set) var errorTail: [UInt8] = []
    private var errorSize = 0
    /// The limit that there is more than.
    private(set) var exceeded: Int?

    init(outputLimit: Int, onExcess: @escaping @Sendable () -> Void) {
        self.outputLimit = outputLimit
        self.onExcess = onExcess
    }

    mutating func receive(_ bytes: ArraySlice<UInt8>, from stream: OutputStream) {
        switch stream {
        case .output:
            let room = outputLimit - output.count
            output += bytes.prefix(room)
            if bytes.count > room { exceed(outputLimit) }
        case .error:
            errorTail = Array((errorTail + bytes).suffix(ChildProcessRunner.errorTailLimit))
            errorSize += bytes.count
            if errorSize > ChildProcessRunner.errorLimit { exceed(ChildProcessRunner.errorLimit) }
        }
    }

    mutating func end(of stream: OutputStream) {}

    private mutating func exceed(_ limit: Int) {
        guard exceeded == nil else { return }
        exceeded = limit
        onExcess()
    }
}
