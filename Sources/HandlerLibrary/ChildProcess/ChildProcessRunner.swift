private import Glibc

/// Runs a program for what it says: `credential_process`, for one.
///
/// The program runs in a process group of its own, with nothing to read, and is killed with its
/// group when the time is over or the task is cancelled. What it prints may be a secret: none of it
/// is logged or part of an error here.
package struct ChildProcessRunner: Sendable {
    /// A `credential_process` answers with about two kilobytes; what is larger is something else.
    package static let defaultOutputLimit = 256 * 1024
    /// How much of the end of stderr is kept: enough for the last message of a stack trace.
    package static let errorTailLimit = 4 * 1024
    /// Time from SIGTERM to SIGKILL.
    package static let killGrace: Duration = .seconds(2)

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
                "'\(program)' printed more than \(limit) bytes"
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
        let ending: ChildEnding
        let captured: CapturedOutput
        do {
            (ending, captured) = try await ChildProcess.run(
                launch, limits: limits, output: CapturedOutput(outputLimit: outputLimit))
        } catch {
            throw .cannotStart(
                StartDiagnosis.text(of: error, launch, searchPath: environment["PATH"]))
        }
        switch ending.stopReason {
        case .timeout: throw .timedOut(program: launch.program, after: timeout)
        case .cancelled: throw .cancelled(program: launch.program)
        case nil: break
        }
        guard !captured.isCut else {
            throw .outputTooLarge(program: launch.program, limit: outputLimit)
        }
        return Completed(
            status: ending.status, standardOutput: captured.output,
            standardErrorTail: String(decoding: captured.errorTail, as: UTF8.self))
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
    private(set) var output: [UInt8] = []
    private(set) var errorTail: [UInt8] = []
    private(set) var isCut = false

    init(outputLimit: Int) {
        self.outputLimit = outputLimit
    }

    mutating func receive(_ bytes: ArraySlice<UInt8>, from stream: OutputStream) {
        switch stream {
        case .output:
            let room = outputLimit - output.count
            output += bytes.prefix(room)
            if bytes.count > room { isCut = true }
        case .error:
            errorTail = Array((errorTail + bytes).suffix(ChildProcessRunner.errorTailLimit))
        }
    }

    mutating func end(of stream: OutputStream) {}
}
