internal import Calendar
private import Glibc
internal import MessageHandling

/// What is told of a program that has ended, beside what it means for the message.
package struct ExecResult {
    private let ending: ChildEnding
    /// How often the kernel has ended a process of the service for want of memory.
    private let memoryKills: () -> Int

    package init(ending: ChildEnding, memoryKills: @escaping () -> Int) {
        self.ending = ending
        self.memoryKills = memoryKills
    }

    /// So that `journalctl` can be asked for one kind of end.
    package var fields: [String: String] {
        var fields: [String: String] = [:]
        switch ending.status {
        case .exited(let status): fields["exit_status"] = "\(status)"
        case .signalled(let signal): fields["exit_signal"] = "\(signal)"
        case .unknown: break
        }
        fields["peak_memory"] = ending.peakMemory?.known.map { "\($0)" }
        return fields
    }

    /// What may be behind a SIGKILL that is not this daemon's: ` at 304.7 MiB of memory, …`.
    /// Nothing where another end needs no explanation.
    package var hint: String {
        guard ending.stopReason == nil, ending.status == .signalled(SIGKILL) else { return "" }
        var text = ""
        if let peak = ending.peakMemory, peak.known != nil { text += " at \(peak) of memory" }
        let kills = memoryKills()
        if kills > 0 {
            let times = kills == 1 ? "once" : "\(kills) times"
            text +=
                "; the kernel has ended a process of this service \(times) for want of "
                + "memory (MemoryMax= of the unit)"
        }
        return text
    }

    /// What the operator is to know of processes that outlived the program. Nil without such.
    package var leftovers: String? {
        guard ending.leftProcessesBehind || !ending.survivors.isEmpty else { return nil }
        let survivors = ending.survivors.joined(separator: ", ")
        let others =
            survivors.isEmpty ? "" : "; \(survivors) had left the group, and may go on"
        return "the program left processes behind that held its output open for "
            + "\(ChildLimits.outputGrace.readable); its process group was killed\(others). "
            + "Redirect the output of what is to go on in the background"
    }
}
