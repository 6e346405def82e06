private import Glibc

/// Says in a sentence why a program could not be started, and what to do about it.
///
/// The kernel has one number for many causes (ENOENT: no program, no interpreter, no loader), so
/// the files are looked at again, after the fact.
enum StartDiagnosis {
    /// - Parameter searchPath: `PATH` of the program's environment.
    static func text(
        of failure: StartFailure, _ launch: ChildLaunch, searchPath: String?
    ) -> String {
        let cannot = "cannot start '\(launch.program)': "
        switch failure.step {
        case .directory:
            return cannot + directoryCause(launch.workingDirectory ?? ".", failure.code)
        case .limits:
            if let memory = launch.limits.memory, failure.code == EPERM {
                return "cannot start '\(launch.program)' with \(memory) bytes of memory "
                    + "(`memory_max`): the daemon's own limit is lower; lower it, or raise "
                    + "LimitAS= of the unit"
            }
        case .execute:
            if let cause = executionCause(failure.code, launch, searchPath) { return cause }
        case .input, .pipes, .spawn, .descriptors, .confine, .watch: break
        }
        return resourceCause(failure.code)
            ?? cannot + "\(errorText(failure.code)) (errno \(failure.code))"
    }

    static func notFound(_ name: String, searchPath: String?) -> String {
        let path = searchPath ?? ProgramPath.defaultSearchPath
        return "cannot start '\(name)': no executable of that name in PATH (\(path)); "
            + "install it, or give its absolute path in `command`"
    }

    /// What is seen to be wrong with the working directory; nil where nothing is.
    static func directoryCause(_ launch: ChildLaunch) -> String? {
        guard let directory = launch.workingDirectory else { return nil }
        let isThere = ProgramPath.isDirectory(directory)
        guard !isThere || access(directory, X_OK) != 0 else { return nil }
        return "cannot start '\(launch.program)': "
            + directoryCause(directory, isThere ? EACCES : ENOENT)
    }

    /// What is seen to be wrong with the program's files; nil where nothing is.
    static func programCause(_ launch: ChildLaunch, look: ProgramLook) -> String? {
        look.fault(of: launch.program).map { "cannot start '\(launch.program)': \($0)" }
    }

    private static func directoryCause(_ directory: String, _ code: Int32) -> String {
        code == EACCES
            ? "the daemon's user may not enter its working directory '\(directory)'; see the "
                + "permissions of the directory and of those above it"
            : "its working directory '\(directory)' is not there or is no directory; create it, "
                + "or correct `working_directory`"
    }

    private static func executionCause(
        _ code: Int32, _ launch: ChildLaunch, _ searchPath: String?
    ) -> String? {
        let cannot = "cannot start '\(launch.program)': "
        switch code {
        case ETXTBSY:
            return cannot + "the file is open for writing; replace programs by renaming a new "
                + "file over the old one"
        case E2BIG:
            return cannot + "`command` and `environment` are larger than the kernel allows; "
                + "shorten them, or raise LimitSTACK= of the unit"
        case ENOMEM:
            guard let memory = launch.limits.memory else { return nil }
            return "cannot start '\(launch.program)' with \(memory) bytes of memory "
                + "(`memory_max`), or with what the machine has left; raise it"
        case ENOENT, ENOTDIR, EACCES, ENOEXEC, ELOOP, EIO, EINVAL, ELIBBAD:
            let look = ProgramLook(
                workingDirectory: launch.workingDirectory, searchPath: searchPath)
            return look.fault(of: launch.program).map { cannot + $0 } ?? plainCause(code, cannot)
        default: return nil
        }
    }

    /// Where the files do not show it: they cannot be read, or have changed since.
    private static func plainCause(_ code: Int32, _ cannot: String) -> String? {
        switch code {
        case ENOENT:
            cannot + "the interpreter that its first line names, or its dynamic loader, is "
                + "missing; install it, or correct the line that starts with #!"
        case EACCES:
            cannot + "the daemon's user may not execute it; see the permissions of the file and "
                + "of every directory above it (chmod +x), and what the unit or the machine's "
                + "policy (SELinux, AppArmor) forbids"
        case ENOEXEC:
            cannot + "it is neither a program for this machine nor a script with a first line "
                + "that starts with #!"
        default: nil
        }
    }

    private static func resourceCause(_ code: Int32) -> String? {
        switch code {
        case EAGAIN, ENOMEM:
            "cannot start any process: \(errorText(code)); raise TasksMax=, LimitNPROC= and "
                + "MemoryMax= of the unit, or lower `concurrency`"
        case EMFILE, ENFILE:
            "cannot start any process: \(errorText(code)); raise LimitNOFILE= of the unit, or "
                + "lower `concurrency` (a running program takes four descriptors)"
        default: nil
        }
    }

    private static func errorText(_ code: Int32) -> String {
        // Known numbers of Linux give static strings; see strerror(3).
        String(cString: strerror(code))
    }
}
