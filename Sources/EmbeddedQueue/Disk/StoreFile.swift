import CSQLite
import Glibc

/// The file in which the stores of all regions are kept: what is written is there after a crash of
/// the process, and where it is synced also after a loss of power.
///
/// SQLite with a write-ahead log. One process at a time has it open. For one thread at a time; what
/// is written is in memory already, so that nothing is read but at the start.
package final class StoreFile {
    /// When what is written has to be on the disk.
    package enum Sync: String, Sendable, CaseIterable {
        /// It is before ``StoreFile/write(_:)`` returns.
        case full
        /// Whenever the kernel likes: a crash of the process loses nothing, a loss of power may,
        /// and may damage the file.
        case off
    }

    package static let name = "queues.sqlite"

    /// Pages of the log that are copied to their places at once: 16 MiB. Fewer would hold writers
    /// up more often, more would make the start after a crash longer.
    private static let checkpointPages = 4_096
    /// The memory for pages: 16 MiB.
    private static let cacheKilobytes = 16 * 1_024

    /// How exactly it is known when the file was last written. Each transaction would otherwise
    /// write one page more.
    static let timeStep = Duration.seconds(1)

    let path: String
    let database: Database
    let statements: StoreStatements
    /// The numbers of the queues in the file, by their tags.
    var numbers: [UInt64: UInt64] = [:]
    /// The time that was last written.
    var writtenTime: StoreInstant?

    /// Opens the file of the directory, which is made where there is none; the directory that it is
    /// in must be there.
    package init(directory: String, sync: Sync = .full) throws(StoreFileError) {
        path = directory.hasSuffix("/") ? directory + Self.name : "\(directory)/\(Self.name)"
        try Self.create(directory)
        try Self.touch(path)
        do throws(DatabaseError) {
            database = try Database(path: path)
            try Self.configure(database, sync)
            statements = try StoreStatements(database)
        } catch {
            throw StoreFileError(error, path: path)
        }
    }

    private static func configure(_ database: Database, _ sync: Sync) throws(DatabaseError) {
        // The first look takes the lock, which is then kept.
        try database.execute("PRAGMA locking_mode = EXCLUSIVE")
        let isNew = try isNew(database)
        try database.execute("PRAGMA journal_mode = WAL")
        try database.execute("PRAGMA synchronous = \(sync == .full ? "FULL" : "OFF")")
        try database.execute("PRAGMA wal_autocheckpoint = \(checkpointPages)")
        try database.execute("PRAGMA cache_size = -\(cacheKilobytes)")
        if isNew {
            try database.transaction { () throws(DatabaseError) in
                try database.execute(StoreSchema.creation)
            }
        } else {
            try check(database)
        }
    }

    /// Whether the file has nothing in it yet. One that is not ours is left as it is.
    private static func isNew(_ database: Database) throws(DatabaseError) -> Bool {
        let version = try database.integer("PRAGMA user_version")
        let application = try database.integer("PRAGMA application_id")
        if version == 0, application == 0,
            try database.integer("SELECT count(*) FROM sqlite_schema") == 0
        {
            return true
        }
        guard application == StoreSchema.applicationID else {
            throw DatabaseError(kind: .other, "it is a database of another program")
        }
        guard version <= StoreSchema.version else {
            throw DatabaseError(
                kind: .other,
                """
                its format is \(version), and this program knows up to \(StoreSchema.version): \
                it was written by a newer one, which can read it
                """)
        }
        return false
    }

    private static func check(_ database: Database) throws(DatabaseError) {
        var finding = "no answer"
        try database.prepare("PRAGMA quick_check(1)").rows { (row) throws(DatabaseError) in
            finding = try row.text(0)
        }
        guard finding == "ok" else { throw .damaged(finding) }
    }
}

extension StoreFile {
    /// Lets go of the memory that it can do without until more is written.
    func releaseMemory() {
        database.releaseMemory()
    }
}

extension StoreFile {
    /// The bodies of messages are nobody else's business.
    private static let directoryMode: mode_t = 0o700
    private static let fileMode: mode_t = 0o600

    private static func create(_ directory: String) throws(StoreFileError) {
        guard mkdir(directory, directoryMode) == 0 else {
            if errno == EEXIST { return }
            throw StoreFileError(
                "The directory \(directory) cannot be made: \(String(cString: strerror(errno))).")
        }
        // SQLite syncs the directory for its files, nobody else the one above for the directory.
        let parent = open(directory + "/..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if parent >= 0 {
            fsync(parent)
            close(parent)
        }
    }

    /// Makes the file where there is none; SQLite would let everybody read it.
    private static func touch(_ path: String) throws(StoreFileError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, fileMode)
        guard descriptor >= 0 else {
            throw StoreFileError(
                "\(path) cannot be written: \(String(cString: strerror(errno))).")
        }
        close(descriptor)
    }
}
