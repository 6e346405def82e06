import Glibc
package import Logging

/// Where the daemon keeps what is to outlive it. One daemon's alone, for as long as it runs: two
/// would write over what the other knows.
package final class StateDirectory: Sendable {
    let path: String
    /// Handlers may write to the state directory too, but have no business in here.
    let completions: String
    /// Held for as long as this lives.
    private let lock: SystemFile

    private init(path: String, completions: String, lock: SystemFile) {
        self.path = path
        self.completions = completions
        self.lock = lock
    }

    /// Why it could not be used, as far as a look tells; nil where nothing is in the way. Makes
    /// nothing.
    static func problem(_ path: String) -> String? {
        var place = path
        while access(place, F_OK) != 0, errno == ENOENT, let end = place.lastIndex(of: "/") {
            place = end == place.startIndex ? "/" : String(place[..<end])
        }
        var facts = stat()
        guard stat(place, &facts) == 0 else {
            return "'\(place)': \(String(cString: strerror(errno)))"
        }
        guard facts.st_mode & S_IFMT == S_IFDIR else { return "'\(place)' is not a directory" }
        let completions = "\(path)/completions"
        let written = access(completions, F_OK) == 0 ? completions : place
        guard access(written, W_OK | X_OK) != 0 else { return nil }
        return "'\(written)' may not be written by this user: \(String(cString: strerror(errno)))"
    }

    /// Makes it where there is none. Nil, with a warning in the log, where it cannot be used:
    /// everything is then remembered in memory only.
    package static func open(_ path: String?, logger: Logger) -> StateDirectory? {
        guard let path else { return nil }
        let completions = "\(path)/completions"
        do throws(SystemFile.Failure) {
            try SystemFile.makeDirectories(completions)
            let lock = try SystemFile(appendingTo: completions + "/lock")
            guard lock.lock() else {
                throw SystemFile.Failure("another daemon uses it; give each its own")
            }
            return StateDirectory(path: path, completions: completions, lock: lock)
        } catch {
            logger.warning(
                """
                The state directory cannot be used, \(path): \(error). What was handled and not \
                deleted yet, and what periodic tasks were run for, is remembered in memory only, \
                and may be handled again or passed over after a restart
                """, metadata: ["event_id": .string(EventID.stateTroubled.rawValue)])
            return nil
        }
    }
}
