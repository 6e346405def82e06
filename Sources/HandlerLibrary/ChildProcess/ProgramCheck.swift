internal import MessageHandling

/// Whether a program can be started.
struct ProgramCheck {
    let launch: ChildLaunch
    /// `PATH` of the program's environment.
    let searchPath: String?

    /// Has the kernel start the program as for a message, and ends it before it can do anything:
    /// what is in the way of a start is in the way of this one too. What only shows with a message,
    /// as a size, is not seen.
    ///
    /// - Throws: what is in the way, and what to do about it.
    func check() throws(HandlerUnavailable) {
        var reason: String?
        do throws(StartFailure) {
            try launch.tryToStart()
            reason = look.lookUpFault(of: launch.program).map {
                "cannot start '\(launch.program)': \($0)"
            }
        } catch {
            // A kernel that cannot confine a program leaves its files to look at.
            reason =
                error.step == .confine
                ? StartDiagnosis.directoryCause(launch)
                    ?? StartDiagnosis.programCause(launch, look: look)
                : StartDiagnosis.text(of: error, launch, searchPath: searchPath)
        }
        if let reason { throw HandlerUnavailable(reason) }
    }

    private var look: ProgramLook {
        ProgramLook(workingDirectory: launch.workingDirectory, searchPath: searchPath)
    }
}

/// A program as a handler's settings have it.
package struct Program: Sendable, Equatable {
    /// The program and its arguments, each one word to it. The program is an absolute path, or a
    /// name that is looked up in the `PATH` of its environment, anew for each start.
    let command: [String]
    /// Absolute. `nil`: the daemon's own.
    let workingDirectory: String?
    /// Set for the program over what it inherits.
    let environment: [String: String]
    /// What it inherits of the daemon, see ``InheritedEnvironment``.
    let inheritedEnvironment: [String: String]
    var limits = ProgramLimits.none

    /// `PATH` of the program's environment.
    var searchPath: String? { environment["PATH"] ?? inheritedEnvironment["PATH"] }

    /// The file to execute.
    func path() throws(HandlerUnavailable) -> String {
        let name = command.first ?? ""
        guard let path = ProgramPath.resolve(name, searchPath: searchPath) else {
            throw HandlerUnavailable(StartDiagnosis.notFound(name, searchPath: searchPath))
        }
        return path
    }

    /// Whether it can be started, see ``ProgramCheck``.
    func check() throws(HandlerUnavailable) {
        let program = try path()
        let variables = inheritedEnvironment.merging(environment) { $1 }
        let launch = ChildLaunch(
            program: program, arguments: command,
            environment: variables.map { "\($0.key)=\($0.value)" },
            workingDirectory: workingDirectory, limits: limits)
        try ProgramCheck(launch: launch, searchPath: searchPath).check()
    }
}
