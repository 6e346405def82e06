/// Why queues cannot be kept in a directory, or no longer.
package struct StoreFileError: Error, Sendable, CustomStringConvertible {
    /// What is wrong and what to do.
    package let description: String

    init(_ description: String) {
        self.description = description
    }

    init(_ error: DatabaseError, path: String) {
        let problem = "\(path): \(error)."
        switch error.kind {
        case .inUse:
            description =
                "\(path) is in use by another process: end that one, or name another "
                + "directory."
        case .damaged:
            description =
                "\(problem) The file is damaged: put a copy in its place, or move it "
                + "and its companions (-wal, -shm) away to begin without queues."
        case .full:
            description =
                "\(problem) Make room on the disk and start again: what was answered "
                + "with success is kept."
        case .other: description = problem
        }
    }
}
