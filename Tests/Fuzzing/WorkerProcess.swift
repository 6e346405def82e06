import Glibc

/// A worker seen from outside: its output, its memory, its end.
struct WorkerProcess {
    let identifier: pid_t
    private let output: Int32
    private(set) var said: [UInt8] = []
    private(set) var isOver = false

    /// What is kept of what it says: the last of it, where the reason stands.
    private static let longestOutput = 8 << 10

    struct Failure: Error {
        let description: String
    }

    /// Starts this program again, with other arguments. Its output, errors too, goes into a pipe.
    init(_ arguments: [String]) throws(Failure) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failure(description: "no pipe: \(errno)") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO)
        var words: [UnsafeMutablePointer<CChar>?] = (["fuzzer"] + arguments).map { strdup($0) }
        words.append(nil)
        defer { words.forEach { free($0) } }
        // One takes seconds, in which the worker seems to hang.
        setenv("SWIFT_BACKTRACE", "enable=no", 1)
        var child: pid_t = 0
        let result = posix_spawn(&child, "/proc/self/exe", &actions, nil, words, environ)
        close(ends[1])
        guard result == 0 else {
            close(ends[0])
            throw Failure(description: "not started: \(String(cString: strerror(result)))")
        }
        identifier = child
        output = ends[0]
    }

    /// Returns when it said something or ended, or after the time.
    mutating func watch(milliseconds: Int32) {
        var wanted = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, milliseconds) > 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = read(output, &buffer, buffer.count)
        guard count > 0 else {
            isOver = count == 0 || errno != EINTR
            return
        }
        said += buffer[..<count]
        if said.count > Self.longestOutput { said.removeFirst(said.count - Self.longestOutput) }
    }

    /// Bytes; 0 where it is gone.
    var residentMemory: Int {
        guard let file = fopen("/proc/\(identifier)/statm", "re") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
        let fields = String(
            decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self
        )
        .split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
    }

    func kill() { Glibc.kill(identifier, SIGKILL) }

    struct Ending {
        /// nil where it ended by itself.
        let signal: Int32?
        let status: Int32
        /// Bytes, of what was in memory at once.
        let peakMemory: Int
    }

    /// Waits for its end, and lets go of it.
    func finish() -> Ending {
        var status: Int32 = 0
        var usage = rusage()
        while wait4(identifier, &status, 0, &usage) < 0, errno == EINTR {}
        close(output)
        let signal = status & 0x7F
        return Ending(
            signal: signal == 0 ? nil : signal, status: (status >> 8) & 0xFF,
            peakMemory: usage.ru_maxrss << 10)
    }
}
