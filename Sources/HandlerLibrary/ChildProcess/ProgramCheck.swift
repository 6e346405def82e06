private import Glibc
internal import MessageHandling

/// Whether a program could be started, as far as its files tell.
enum ProgramCheck {
    /// - Throws: what is in the way, and what to do about it.
    static func check(
        _ name: String, searchPath: String?, workingDirectory: String?
    ) throws(HandlerUnavailable) {
        guard let program = ProgramPath.resolve(name, searchPath: searchPath) else {
            throw HandlerUnavailable(StartDiagnosis.notFound(name, searchPath: searchPath))
        }
        let isPlace = workingDirectory.map { ProgramPath.isDirectory($0) } ?? true
        guard !isPlace || !ProgramPath.isExecutableFile(program) else { return }
        let code = access(program, X_OK) == 0 ? EACCES : errno
        throw HandlerUnavailable(
            StartDiagnosis.text(
                of: StartFailure(code: code, step: .spawn), program: program,
                workingDirectory: workingDirectory))
    }
}

extension ExecSettings {
    /// - Parameter problems: what keeps the settings from working on any machine.
    func checkProgram(_ problems: [String]) throws(HandlerUnavailable) {
        guard let name = command.first, problems.isEmpty else {
            throw HandlerUnavailable(problems.joined(separator: "; "))
        }
        try ProgramCheck.check(
            name, searchPath: environment["PATH"] ?? inheritedEnvironment["PATH"],
            workingDirectory: workingDirectory)
    }
}
