private import Glibc

/// How a program ended.
package enum ProcessStatus: Sendable, Hashable {
    /// It ended by itself with this status, 0 to 255.
    case exited(Int32)
    /// A signal of this number ended it.
    case signalled(Int32)
    /// Someone else took the status: this process ignores SIGCHLD, or reaps children wholesale.
    case unknown

    /// Reads the status word of `waitpid(2)`: the low seven bits are the signal, the next byte the
    /// exit status (the `WIFEXITED` family are macros, which Swift cannot call).
    package init(waitStatus: Int32) {
        let signal = waitStatus & 0x7f
        self = signal == 0 ? .exited((waitStatus >> 8) & 0xff) : .signalled(signal)
    }
}

extension ProcessStatus: CustomStringConvertible {
    /// `exit status 3`, `signal 9 (SIGKILL)`: made to follow the word "with".
    package var description: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .signalled(let signal):
            "signal \(signal) (\(Self.sigabbrev[signal].map { "SIG\($0)" } ?? "see signal(7)"))"
        case .unknown: "a status that another part of this process took"
        }
    }

    /// `exit status 3`, `killed by SIGKILL`: what is said of a program that ended so.
    var clause: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .signalled(let signal):
            "killed by \(Self.sigabbrev[signal].map { "SIG\($0)" } ?? "signal \(signal)")"
        case .unknown: "ended, with a status that another part of this process took"
        }
    }

    /// The signals that end programs in practice, `signal(7)`.
    private static let sigabbrev: [Int32: String] = [
        SIGHUP: "HUP", SIGINT: "INT", SIGQUIT: "QUIT", SIGILL: "ILL", SIGTRAP: "TRAP",
        SIGABRT: "ABRT", SIGBUS: "BUS", SIGFPE: "FPE", SIGKILL: "KILL", SIGUSR1: "USR1",
        SIGSEGV: "SEGV", SIGUSR2: "USR2", SIGPIPE: "PIPE", SIGALRM: "ALRM", SIGTERM: "TERM",
        SIGXCPU: "XCPU", SIGXFSZ: "XFSZ", SIGSYS: "SYS",
    ]
}

/// The end of a child, and what it took.
package struct ChildEnding: Sendable, Equatable {
    var status: ProcessStatus
    /// Why it was told to end, if it was. It may have ended with status 0 all the same.
    var stopReason: ChildLifetime.StopReason?
    /// SIGTERM was not enough.
    var wasKilled = false
    /// It had less time than usual from SIGTERM to SIGKILL.
    var wasHurried = false
    /// Something that it had started held its output open after its end.
    var leftProcessesBehind = false
    /// What had left its process group, held its output open and goes on, `sleep (4711)` each: no
    /// signal reached it. As far as it was seen.
    var survivors: [String] = []
    /// What it and the processes it waited for took at most.
    var peakMemory: PeakMemory?

    package init(
        status: ProcessStatus, stopReason: ChildLifetime.StopReason? = nil, wasKilled: Bool = false,
        wasHurried: Bool = false, leftProcessesBehind: Bool = false, survivors: [String] = [],
        peakMemory: PeakMemory? = nil
    ) {
        self.status = status
        self.stopReason = stopReason
        self.wasKilled = wasKilled
        self.wasHurried = wasHurried
        self.leftProcessesBehind = leftProcessesBehind
        self.survivors = survivors
        self.peakMemory = peakMemory
    }
}

/// The most resident memory of a process at any time, as far as the kernel tells.
package enum PeakMemory: Sendable, Equatable {
    case bytes(Int)
    /// Not more than this. A process begins with what the daemon has, and the kernel's figure never
    /// goes down (`ru_maxrss`, getrusage(2), and exec in its sources): of a program that stays
    /// smaller than the daemon, no more is known.
    case atMost(Int)

    /// - Parameters:
    ///   - child: `ru_maxrss` of the child, in KiB.
    ///   - daemon: that of this process.
    init(child: Int, daemon: Int) {
        self = child > daemon ? .bytes(child * 1_024) : .atMost(child * 1_024)
    }
}

extension PeakMemory {
    /// The peak in bytes; nil where no more is known than what it was less than.
    var known: Int? {
        switch self {
        case .bytes(let bytes): bytes
        case .atMost: nil
        }
    }
}

extension PeakMemory: CustomStringConvertible {
    /// `240.0 MiB`, `at most 18.2 MiB`.
    package var description: String {
        switch self {
        case .bytes(let bytes): Self.mebibytes(bytes)
        case .atMost(let bytes): "at most \(Self.mebibytes(bytes))"
        }
    }

    private static func mebibytes(_ bytes: Int) -> String {
        let tenths = (bytes * 10 + (1 << 20) - 1) >> 20
        return "\(tenths / 10).\(tenths % 10) MiB"
    }
}
