private import FoundationEssentials
import Synchronization

/// Remembers for which time each periodic task was last run: over a reload in memory, over a
/// restart in a small file each, in the service's state directory (`StateDirectory=`,
/// systemd.exec(5)).
package final class TaskMemory: Sendable {
    private let directory: String?
    private let moments = Mutex<[String: Int]>([:])

    /// - Parameter directory: `nil`: nothing outlives the process, and no time missed while the
    ///   daemon was down is made up for.
    package init(directory: String?) {
        self.directory = directory
    }

    /// Of the first directory that `STATE_DIRECTORY` names.
    package convenience init(environment: [String: String]) {
        let names = environment["STATE_DIRECTORY"]?.split(separator: ":")
        self.init(directory: names?.first.map { String($0) })
    }

    /// In seconds since 1970-01-01 UTC. `nil`: it never was, or nothing is remembered.
    package func lastRun(of task: String) -> Int? {
        if let known = moments.withLock({ $0[task] }) { return known }
        guard let path = path(of: task),
            let text = try? String(contentsOf: URL(filePath: path), encoding: .utf8)
        else { return nil }
        return Int(text.prefix { $0 != "\n" })
    }

    /// On disk whole or not at all, whatever happens meanwhile.
    ///
    /// - Throws: where the directory cannot be written to. The process remembers all the same.
    package func remember(_ moment: Int, for task: String) throws {
        moments.withLock { $0[task] = moment }
        guard let path = path(of: task) else { return }
        try Data("\(moment)\n".utf8).write(to: URL(filePath: path), options: .atomic)
    }

    private func path(of task: String) -> String? {
        directory.map { "\($0)/schedule.\(task)" }
    }
}
