private import Glibc
internal import MessageHandling

/// A look at the files of a program that is no handler's.
package enum ProgramFiles {
    /// What keeps it from being started, as far as its files tell; nil where nothing is seen.
    package static func problem(
        ofCommand command: [String], environment: [String: String]
    ) -> String? {
        Program(
            command: command, workingDirectory: nil, environment: environment,
            inheritedEnvironment: [:]
        ).fileProblem?.reason
    }
}

extension Program {
    /// What keeps the program from being started, or from finding the script that it is to run, as
    /// far as its files tell. Starts nothing.
    func fileProblems(at place: DaemonPlace) -> [FileProblem] {
        let files = [
            (command.first { $0.hasPrefix("/") }, "command"), (script, "command"),
            (workingDirectory, "working_directory"),
        ]
        let hidden = files.compactMap { path, key in
            path.flatMap { place.problem(with: $0, of: key) }
        }
        if let problem = hidden.first { return [problem] }
        return [fileProblem ?? scriptProblem].compactMap(\.self)
    }

    /// Nil where nothing is seen to be in the way of a start.
    package var fileProblem: FileProblem? {
        let program: String
        do throws(HandlerUnavailable) {
            program = try path()
        } catch {
            return FileProblem(key: "command", reason: error.description)
        }
        let launch = ChildLaunch(
            program: program, arguments: command, environment: [],
            workingDirectory: workingDirectory)
        if let cause = StartDiagnosis.directoryCause(launch) {
            return FileProblem(key: "working_directory", reason: cause)
        }
        let look = ProgramLook(workingDirectory: workingDirectory, searchPath: searchPath)
        return StartDiagnosis.programCause(launch, look: look).map {
            FileProblem(key: "command", reason: $0)
        }
    }

    private var scriptProblem: FileProblem? {
        guard let script, access(script, R_OK) != 0 else { return nil }
        let isMissing = errno == ENOENT || errno == ENOTDIR
        return FileProblem(
            key: "command",
            reason: "'\(command[0])' is to run '\(script)', "
                + (isMissing
                    ? "which is not there; install it, or correct `command`"
                    : "which the daemon's user may not read; see the permissions of the file and "
                        + "of every directory above it"))
    }

    /// The file that an interpreter is told to run: `/opt/x.py` of `python3 -u /opt/x.py`. Nil for
    /// other programs, and where it is no absolute path or depends on the message.
    private var script: String? {
        guard let name = command.first?.split(separator: "/").last,
            Self.interpreters.contains(name.prefix { !$0.isNumber })
        else { return nil }
        for word in command.dropFirst() {
            if Self.inlineOptions.contains(word) { return nil }
            guard !word.hasPrefix("-") else { continue }
            return word.hasPrefix("/") && (try? MessageTemplate(word))?.constant != nil ? word : nil
        }
        return nil
    }

    /// Their names without the version that may follow.
    private static let interpreters: Set<Substring> = [
        "sh", "bash", "dash", "ksh", "zsh", "python", "perl", "ruby", "node", "php", "lua", "java",
    ]
    /// The options after which the program itself follows, or the name of a module.
    private static let inlineOptions: Set = ["-c", "-m", "-e", "-E", "-r", "-p", "--eval", "-"]
}
