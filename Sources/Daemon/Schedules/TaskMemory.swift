private import FoundationEssentials
import Synchronization

/// Remembers for which time each periodic task was last run: over a reload in memory, over a
/// restart in a small file each, in the state directory.
package final class TaskMemory: Sendable {
    private let directory: String?
    private let runs = Mutex<[String: Run]>([:])

    private struct Run {
        let moment: Int
        let times: String
    }

    /// - Parameter directory: of a ``StateDirectory`` that is held meanwhile. `nil`: nothing
    ///   outlives the process, and no time missed while the daemon was down is made up for.
    package init(directory: String?) {
        self.directory = directory
    }

    /// Whether it reaches over a restart.
    var isKept: Bool { directory != nil }

    /// In seconds since 1970-01-01 UTC. `nil`: it never was, not at these times, or nothing is
    /// remembered.
    ///
    /// - Parameter times: of `ScheduledTask`: what was missed at others does not count.
    package func lastRun(of task: String, at times: String) -> Int? {
        if let known = runs.withLock({ $0[task] }) {
            return known.times == times ? known.moment : nil
        }
        guard let path = path(of: task),
            let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8)
        else { return nil }
        let lines = text.split(separator: "\n")
        return lines.count == 2 && lines[1] == times ? Int(lines[0]) : nil
    }

    /// On disk whole or not at all, whatever happens meanwhile.
    ///
    /// - Throws: where the directory cannot be written to. The process remembers all the same.
    package func remember(_ moment: Int, for task: String, at times: String) throws {
        runs.withLock { $0[task] = Run(moment: moment, times: times) }
        guard let path = path(of: task) else { return }
        try Data("\(moment)\n\(times)\n".utf8).write(to: URL(filePath: path), options: .atomic)
    }

    private func path(of task: String) -> String? {
        directory.map { "\($0)/schedule.\(task)" }
    }
}
