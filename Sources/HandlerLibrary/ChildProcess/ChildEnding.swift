private import Glibc

/// How a program ended.
package enum ProcessStatus: Sendable, Hashable {
    /// It ended by itself with this status, 0 to 255.
    case exited(Int32)
    /// A signal of this number ended it.
    case signalled(Int32)
    /// Someone else took the status: this process ignores SIGCHLD, or reaps children wholesale.
    case unknown

    /// From the status word of `waitpid(2)`: the low seven bits are the signal, the next byte the
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
        case .signalled(let signal): "signal \(signal) (\(Self.name(ofSignal: signal)))"
        case .unknown: "a status that another part of this process took"
        }
    }

    private static func name(ofSignal signal: Int32) -> String {
        sigabbrev[signal].map { "SIG\($0)" } ?? "see signal(7)"
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
    package var status: ProcessStatus
    /// Why it was told to end, if it was. It may have ended with status 0 all the same.
    package var stopReason: ChildLifetime.StopReason?
    /// SIGTERM was not enough.
    package var wasKilled = false
    /// Something it had started held its output open, and was killed.
    package var leftProcessesBehind = false

    package init(
        status: ProcessStatus, stopReason: ChildLifetime.StopReason? = nil, wasKilled: Bool = false,
        leftProcessesBehind: Bool = false
    ) {
        self.status = status
        self.stopReason = stopReason
        self.wasKilled = wasKilled
        self.leftProcessesBehind = leftProcessesBehind
    }
}
