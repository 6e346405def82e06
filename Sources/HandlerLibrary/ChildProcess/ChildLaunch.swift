internal import CChildProcess
private import Glibc

/// What to start: the program, what it is told and what it reads.
struct ChildLaunch {
    /// The file to execute, see ``ProgramPath``.
    var program: String
    /// `argv`, the program's own name first.
    var arguments: [String]
    /// `NAME=value` each. Nothing else is inherited.
    var environment: [String]
    /// `nil`: the daemon's own.
    var workingDirectory: String?
    /// What the program reads from its standard input, to the end. `nil`: nothing.
    var input: String?
    /// Whether the kernel kills the program when the daemon dies, in whatever way. For programs
    /// that would go on without it; see ``SpawnThread``.
    var endsWithDaemon = false
    /// What it finds in the file at ``filePath``. `nil`: nothing is there.
    var file: String?
    var limits = ProgramLimits.none

    /// The path by which the program, and what inherits the descriptor from it, opens ``file``.
    static let filePath = "/proc/self/fd/\(child_file_descriptor)"

    /// Starts the program. Blocks the calling thread until it has been executed.
    ///
    /// The strings hold no NUL: the caller has seen to that, see ``EnvironmentBlock``.
    func start() throws(StartFailure) -> child_process {
        var child = child_process()
        try perform { launch, step in child_start(&launch, &child, &step) }
        return child
    }

    /// Has the kernel start the program, and ends it before it can do anything. Blocks the calling
    /// thread as ``start()`` does, and fails as it would.
    func tryToStart() throws(StartFailure) {
        try perform { launch, step in child_try(&launch, &step) }
    }

    private func perform(
        _ call: (inout child_launch, inout child_step) -> Int32
    ) throws(StartFailure) {
        let arguments = CStringArray(arguments)
        let environment = CStringArray(environment)
        var step = child_step_input
        let failure = withOptionalCString(workingDirectory) { directory in
            program.withCString { program in
                arguments.withPointers { arguments in
                    environment.withPointers { environment in
                        withContents(input) { input in
                            withContents(file) { file in
                                var launch = child_launch(
                                    program: program, arguments: arguments,
                                    environment: environment, directory: directory,
                                    input: input?.baseAddress, input_length: input?.count ?? 0,
                                    file: file?.baseAddress, file_length: file?.count ?? 0,
                                    niceness: Int32(limits.niceness),
                                    memory_limit: limits.memory ?? 0,
                                    bound_to_thread: endsWithDaemon)
                                return call(&launch, &step)
                            }
                        }
                    }
                }
            }
        }
        guard failure == 0 else { throw StartFailure(code: failure, step: step) }
    }

    /// Empty contents are a pointer too: an empty file, not `/dev/null`.
    private func withContents<R>(
        _ contents: String?, _ body: (UnsafeRawBufferPointer?) -> R
    ) -> R {
        guard var contents else { return body(nil) }
        if contents.isEmpty {
            return withUnsafeBytes(of: UInt8(0)) {
                body(UnsafeRawBufferPointer(rebasing: $0[..<0]))
            }
        }
        return contents.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}

/// What a program may use of the machine.
package struct ProgramLimits: Sendable, Equatable {
    /// Added to the daemon's own niceness, 0 to 19.
    package var niceness: Int
    /// The most address space of the program, and of each process it starts, in bytes: `RLIMIT_AS`,
    /// setrlimit(2). Memory that is mapped counts, whether it is used or not. `nil`: the daemon's.
    package var memory: Int?

    package static let none = ProgramLimits()

    package init(niceness: Int = 0, memory: Int? = nil) {
        self.niceness = niceness
        self.memory = memory
    }
}

/// Why a program was not started, or had to be ended at once. Nothing of it is left behind.
struct StartFailure: Error, Equatable {
    /// An `errno` value.
    let code: Int32
    let step: Step

    enum Step: Equatable {
        /// Making the file that the child reads its input from.
        case input
        /// Making the pipes and the timer, or what watches them.
        case pipes
        /// Making the process.
        case spawn
        /// Giving the process its descriptors, its directory, its limits.
        case descriptors, directory, limits
        /// Keeping a program that is only tried from doing anything.
        case confine
        /// Executing the program.
        case execute
        /// Watching for its end: the program had been executed, and was killed.
        case watch
    }

    /// Whether the program may have begun its work.
    var mayHaveRun: Bool { step == .watch }

    init(code: Int32, step: Step) {
        self.code = code
        self.step = step
    }

    fileprivate init(code: Int32, step: child_step) {
        self.code = code
        switch step {
        case child_step_input: self.step = .input
        case child_step_pipes: self.step = .pipes
        case child_step_spawn: self.step = .spawn
        case child_step_descriptors: self.step = .descriptors
        case child_step_directory: self.step = .directory
        case child_step_limits: self.step = .limits
        case child_step_confine: self.step = .confine
        case child_step_execute: self.step = .execute
        default: self.step = .watch
        }
    }
}

private func withOptionalCString<R>(_ string: String?, _ body: (UnsafePointer<CChar>?) -> R) -> R {
    guard let string else { return body(nil) }
    return string.withCString { body($0) }
}

/// Strings as `execve(2)` takes them: one buffer, and pointers into it that end with a null
/// pointer.
private struct CStringArray {
    private var bytes: [CChar] = []
    private var offsets: [Int] = []

    init(_ strings: [String]) {
        offsets.reserveCapacity(strings.count)
        for string in strings {
            offsets.append(bytes.count)
            bytes.append(contentsOf: string.utf8.lazy.map { CChar(bitPattern: $0) })
            bytes.append(0)
        }
    }

    func withPointers<R>(_ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R) -> R {
        bytes.withUnsafeBufferPointer { bytes in
            // execve's parameter is not const, by tradition; nothing is written through it.
            var pointers = offsets.map { offset in
                bytes.baseAddress.map { UnsafeMutablePointer(mutating: $0 + offset) }
            }
            pointers.append(nil)
            return pointers.withUnsafeBufferPointer { pointers in
                withPointer(to: pointers, body)
            }
        }
    }

    /// The array ends with a null pointer and so is never empty.
    private func withPointer<R>(
        to pointers: UnsafeBufferPointer<UnsafeMutablePointer<CChar>?>,
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
    ) -> R {
        guard let first = pointers.baseAddress else {
            preconditionFailure("a list of C strings without its terminator")
        }
        return body(first)
    }
}
