internal import CChildProcess
private import Glibc

/// Finds who holds a child's output open.
enum OutputHolders {
    /// How many are named: enough to know which program it is.
    private static let mostNamed = 3

    /// The processes outside of the child's group that have its stdout or stderr open, as
    /// `sleep (4711)`: as many as are named, of those that this process may look at.
    static func outside(_ child: child_process) -> [String] {
        let pipes = [child.output, child.error].compactMap(inode)
        var found: [String] = []
        eachName(in: "/proc") { name in
            guard let pid = pid_t(name), pid != getpid(), getpgid(pid) != child.pid,
                holds(pid, pipes)
            else { return true }
            found.append("\(program(of: pid)) (\(pid))")
            return found.count < mostNamed
        }
        return found
    }

    private static func inode(_ descriptor: Int32) -> ino_t? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status.st_ino : nil
    }

    private static func holds(_ pid: pid_t, _ pipes: [ino_t]) -> Bool {
        var isHolder = false
        eachName(in: "/proc/\(pid)/fd") { name in
            // The link's own permissions tell writers from readers, proc_pid_fd(5).
            let path = "/proc/\(pid)/fd/\(name)"
            var (link, status) = (stat(), stat())
            guard lstat(path, &link) == 0, link.st_mode & S_IWUSR != 0, stat(path, &status) == 0
            else { return true }
            isHolder = status.st_mode & S_IFMT == S_IFIFO && pipes.contains(status.st_ino)
            return !isHolder
        }
        return isHolder
    }

    private static func program(of pid: pid_t) -> String {
        let descriptor = open("/proc/\(pid)/comm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "a process" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(descriptor, &bytes, bytes.count)
        let name = bytes.prefix(max(0, count)).prefix { $0 != UInt8(ascii: "\n") }
        return String(decoding: name, as: UTF8.self)
    }

    /// - Parameter body: says whether to go on.
    private static func eachName(in path: String, _ body: (String) -> Bool) {
        guard let directory = opendir(path) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasPrefix(".") || body(name) else { return }
        }
    }
}
