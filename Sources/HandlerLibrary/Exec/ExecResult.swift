internal import Logging

/// What is logged about a program that has ended: how, after how long, and with how much memory.
struct ExecResult {
    let ending: ChildEnding
    let time: Duration

    /// `exit status 0 after 0.012 s, peak memory at most 18.2 MiB`
    var text: String {
        let (seconds, attoseconds) = time.components
        let milliseconds = String(attoseconds / 1_000_000_000_000_000 + 1_000).dropFirst()
        let memory = ending.peakMemory.map { ", peak memory \($0)" } ?? ""
        return "The program ended with \(ending.status) after \(seconds).\(milliseconds) s\(memory)"
    }

    /// So that `journalctl` can be asked for one kind of end.
    var metadata: Logger.Metadata {
        var fields: Logger.Metadata = [:]
        switch ending.status {
        case .exited(let status): fields["exit_status"] = .stringConvertible(status)
        case .signalled(let signal): fields["exit_signal"] = .stringConvertible(signal)
        case .unknown: break
        }
        return fields
    }
}
