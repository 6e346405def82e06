private import Glibc

/// What is in the way of a program's start, as far as its file and those that it needs tell: its
/// interpreters, its dynamic loader.
///
/// Nothing is started. What only the kernel can tell is not seen: a file that is open for writing,
/// the limits of processes and memory, what the policies of the machine forbid.
struct ProgramLook {
    /// How many scripts the kernel follows from one to the next, `exec_binprm` in its fs/exec.c.
    private static let mostScripts = 5
    /// `ST_NOEXEC`, statvfs(3), which glibc has for GNU sources alone.
    private static let noExecFlag: UInt = 8

    /// Where a relative interpreter is looked for. Nil: in the daemon's own.
    let workingDirectory: String?
    /// Where env(1) looks for the interpreter that a first line names.
    let searchPath: String?

    /// What is wrong with the file, and what to do, as a clause with its remedy: `it is empty; …`.
    /// Nil where nothing is seen to be.
    func fault(of program: String) -> String? {
        if let fault = accessFault(of: program) { return fault }
        var file = program
        for _ in 0...Self.mostScripts {
            guard let script = script(file) else { return formatFault(of: file, in: program) }
            guard let interpreter = script.interpreter else {
                return "its first line starts with #! and names no interpreter; give its path"
            }
            let path = absolute(interpreter)
            if let fault = interpreterFault(path, named: interpreter) { return fault }
            if file == program, let fault = lookUpFault(script) { return fault }
            file = path
        }
        return "its first line names an interpreter that is a script, and that one another, more "
            + "than \(Self.mostScripts) in a row; name a program"
    }

    /// What env(1) would find in its way, where a script leaves it to that to find its interpreter:
    /// to the kernel such a script is a good one.
    func lookUpFault(of program: String) -> String? {
        script(program).flatMap(lookUpFault)
    }

    /// The interpreter that the first line of a script names.
    func interpreter(of program: String) -> String? {
        script(program)?.interpreter
    }

    private func script(_ file: String) -> ScriptLine? {
        beginning(of: file, ScriptLine.readLength).flatMap(ScriptLine.init)
    }

    private func absolute(_ interpreter: String) -> String {
        guard !interpreter.hasPrefix("/"), let workingDirectory else { return interpreter }
        return "\(workingDirectory)/\(interpreter)"
    }

    /// The first bytes; nil where the file cannot be read, which a program need not be.
    private func beginning(of file: String, _ length: Int) -> [UInt8]? {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: length)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, length, 0) }
        return count < 0 ? nil : Array(bytes[..<count])
    }
}

// The files themselves.
extension ProgramLook {
    private func accessFault(of program: String) -> String? {
        guard !ProgramPath.isExecutableFile(program) else { return mountFault(of: program) }
        if ProgramPath.isDirectory(program) {
            return "it is a directory; name the program in it, or correct `command`"
        }
        guard access(program, X_OK) != 0 else { return "it is no file; correct `command`" }
        // What stands in the way of looking is in the way of starting.
        return errno == ENOENT || errno == ENOTDIR
            ? "there is no such file; install the program, or correct `command`" : notExecutable
    }

    private var notExecutable: String {
        "the daemon's user may not execute it; see the permissions of the file and of every "
            + "directory above it (chmod +x)"
    }

    private func mountFault(of file: String) -> String? {
        var system = statvfs()
        guard statvfs(file, &system) == 0, system.f_flag & Self.noExecFlag != 0 else {
            return nil
        }
        return
            "'\(file)' is in a file system that is mounted noexec; move it, or mount that without"
    }

    private func interpreterFault(_ path: String, named name: String) -> String? {
        guard !ProgramPath.isExecutableFile(path) else { return mountFault(of: path) }
        let subject = "the interpreter '\(name.visible)' that its first line names"
        if name.hasSuffix("\r") {
            return "\(subject) is not there: the file has Windows line ends (CR LF); convert it, "
                + "as dos2unix(1) does"
        }
        if ProgramPath.exists(path) {
            return "\(subject) may not be executed by the daemon's user, or is no file; see its "
                + "permissions, or correct the line that starts with #!"
        }
        return "\(subject) is not there; install it, or correct the line that starts with #!"
    }

    private func lookUpFault(_ script: ScriptLine) -> String? {
        guard let name = script.lookedUp,
            ProgramPath.resolve(name, searchPath: searchPath).map(ProgramPath.exists) != true
        else { return nil }
        let subject = "its first line has env look for '\(name.visible)'"
        if name.hasSuffix("\r") {
            return "\(subject), which is not there: the file has Windows line ends (CR LF); "
                + "convert it, as dos2unix(1) does"
        }
        if name.contains(" ") {
            return "\(subject), blanks included, which is not there; write `env -S` to have it "
                + "split"
        }
        return "\(subject), which is not in PATH (\(searchPath ?? ProgramPath.defaultSearchPath)); "
            + "install it, or set PATH in `environment`"
    }

    private func formatFault(of file: String, in program: String) -> String? {
        guard let start = beginning(of: file, ELFHeader.readLength) else { return nil }
        let subject = file == program ? "it" : "its interpreter '\(file)'"
        if start.isEmpty { return "\(subject) is empty; was it copied whole?" }
        do throws(ELFHeader.Fault) {
            guard let header = try ELFHeader(start) else {
                return textFault(start, subject)
            }
            if let machine = header.foreignMachine, !Self.hasForeignFormats {
                return "\(subject) is a program for another machine, \(machine); install the one "
                    + "for this"
            }
            guard let loader = header.loader, !ProgramPath.isExecutableFile(loader) else {
                return nil
            }
            return "\(subject) needs the dynamic loader '\(loader.visible)', which is not there; "
                + "install the C library that it was built for"
        } catch {
            switch error {
            case .cutOff: return "\(subject) is a program that is cut off; was it copied whole?"
            case .noProgram: return "\(subject) is an object file or a core dump, and no program"
            }
        }
    }

    private func textFault(_ start: [UInt8], _ subject: String) -> String? {
        if start.starts(with: [0xEF, 0xBB, 0xBF] + "#!".utf8) {
            return "\(subject) has a byte order mark before its #!; save it without one"
        }
        guard !Self.hasForeignFormats else { return nil }
        return "\(subject) is neither a program for this machine nor a script with a first line "
            + "that starts with #!"
    }

    /// Whether the kernel was told of formats that it hands to programs, binfmt_misc.
    private static var hasForeignFormats: Bool {
        guard let directory = opendir("/proc/sys/fs/binfmt_misc") else { return false }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // `.`, `..`, `register` and `status` are there always.
        return count > 4
    }
}

extension String {
    /// The text with what cannot be seen written out: `/bin/sh\r`.
    fileprivate var visible: String {
        unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
