import Synchronization

/// Remembers for which time each periodic task was last run: over a reload in memory, over a
/// restart in a small file each, in the state directory.
package final class TaskMemory: Sendable {
    /// A number and the times of a schedule, which are a line of a configuration file. What is
    /// larger was not written by us: handlers may write to the state directory too.
    private static let sizeMaximum = 64 << 10

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

    /// The last run in seconds since 1970-01-01 UTC. `nil`: it never was, not at these times, or
    /// nothing is remembered that makes sense.
    ///
    /// - Parameter times: of `ScheduledTask`: what was missed at others does not count.
    package func lastRun(of task: String, at times: String) -> Int? {
        if let known = runs.withLock({ $0[task] }) {
            return known.times == times ? known.moment : nil
        }
        guard let path = path(of: task),
            let text = try? SystemFile.read(path, atMost: Self.sizeMaximum)
        else { return nil }
        let lines = text.split(separator: "\n")
        guard lines.count == 2, lines[1] == times, let moment = Int(lines[0]),
            TaskProgress.plausible.contains(moment)
        else { return nil }
        return moment
    }

    /// The file is on disk whole or not at all, whatever happens meanwhile.
    ///
    /// - Throws: where the directory cannot be written to, in the system's words. The process
    ///   remembers all the same.
    package func remember(_ moment: Int, for task: String, at times: String) throws {
        runs.withLock { $0[task] = Run(moment: moment, times: times) }
        guard let path = path(of: task) else { return }
        _ = try SystemFile.replace(path, with: "\(moment)\n\(times)\n")
    }

    private func path(of task: String) -> String? {
        directory.map { "\($0)/schedule.\(task)" }
    }
}
