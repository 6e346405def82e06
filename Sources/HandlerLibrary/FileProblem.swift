/// What keeps a handler from working, as far as files tell.
package struct FileProblem: Sendable, Equatable {
    /// The key of the handler's kind that names the file.
    package let key: String
    /// What is in the way, and what to do about it.
    package let reason: String
}

/// Where a daemon runs, as far as it concerns the files that its handlers need.
package struct DaemonPlace: Sendable {
    package let environment: [String: String]
    /// The folders that are empty for it, whatever is in them for others, each with the setting of
    /// its unit that hides it, systemd.exec(5).
    package let hiddenFolders: [String: String]

    package init(environment: [String: String], hiddenFolders: [String: String] = [:]) {
        self.environment = environment
        self.hiddenFolders = hiddenFolders
    }

    /// What is to be said of a file in a folder that is hidden; nil for any other.
    func problem(with path: String, of key: String) -> FileProblem? {
        hiddenFolders.first { path.hasPrefix("\($0.key)/") }.map { folder, setting in
            FileProblem(
                key: key,
                reason: "'\(path)' is not there for the service, from which its unit hides "
                    + "\(folder) (\(setting)=); move it, or have the unit show it")
        }
    }
}
