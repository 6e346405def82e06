private import Glibc

/// Says in a sentence why a program could not be started, and what to do about it.
///
/// The kernel has one number for many causes (ENOENT: no program, no interpreter, no working
/// directory), so the files are looked at again, after the fact.
enum StartDiagnosis {
    static func text(
        of failure: StartFailure, program: String, workingDirectory: String?,
        memoryLimit: Int? = nil
    ) -> String {
        if failure.step == .spawn, let cause = fileCause(failure, program, workingDirectory) {
            return cause
        }
        if failure.code == ENOMEM, let memoryLimit {
            return "cannot start '\(program)' with \(memoryLimit) bytes of memory (`memory_max`), "
                + "or with what the machine has left; raise it"
        }
        if failure.code == EPERM, let memoryLimit {
            return "cannot start '\(program)' with \(memoryLimit) bytes of memory (`memory_max`): "
                + "the daemon's own limit is lower; lower it, or raise LimitAS= of the unit"
        }
        return resourceCause(failure.code)
            ?? "cannot start '\(program)': \(errorText(failure.code)) (errno \(failure.code))"
    }

    static func notFound(_ name: String, searchPath: String?) -> String {
        let path = searchPath ?? ProgramPath.defaultSearchPath
        return "cannot start '\(name)': no executable of that name in PATH (\(path)); "
            + "install it, or give its absolute path in `command`"
    }

    private static func fileCause(
        _ failure: StartFailure, _ program: String, _ workingDirectory: String?
    ) -> String? {
        if let workingDirectory, !ProgramPath.isDirectory(workingDirectory) {
            return "cannot start '\(program)': its working directory '\(workingDirectory)' is not "
                + "there or is no directory; create it, or correct `working_directory`"
        }
        let cannot = "cannot start '\(program)': "
        switch failure.code {
        case ENOENT where ProgramPath.exists(program):
            return cannot + "the interpreter that its first line names, or its dynamic loader, "
                + "is missing; install it, or correct the line that starts with #!"
        case ENOENT, ENOTDIR:
            return cannot + "there is no such file; install the program, or correct `command`"
        case EACCES:
            return cannot + "the daemon's user may not execute it, or not enter its working "
                + "directory; see the permissions of the file and of every directory above it "
                + "(chmod +x), and whether the file system is mounted noexec"
        case ENOEXEC:
            return cannot + "it is neither a program for this machine nor a script with a first "
                + "line that starts with #!"
        case ETXTBSY:
            return cannot + "the file is open for writing; replace programs by renaming a new "
                + "file over the old one"
        case E2BIG:
            return cannot + "`command` and `environment` are larger than the kernel allows; "
                + "shorten them, or raise LimitSTACK= of the unit"
        default: return nil
        }
    }

    private static func resourceCause(_ code: Int32) -> String? {
        switch code {
        case EAGAIN, ENOMEM:
            "cannot start any process: \(errorText(code)); raise TasksMax= and MemoryMax= of the "
                + "unit, or lower `concurrency`"
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
