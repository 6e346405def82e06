import CSQLite
import Glibc

/// A connection to a file of SQLite, for one thread at a time.
///
/// This much of SQLite is here rather than in a library: GRDB depends on all of Foundation, which
/// would double the size of the program.
final class Database {
    private let connection: OpaquePointer

    /// Opens the file, which must be there.
    init(path: String) throws(DatabaseError) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let error = DatabaseError(code, opened, systemError: errno)
            sqlite3_close_v2(opened)
            throw error
        }
        connection = opened
    }

    deinit {
        // With statements that still stand it closes when the last of them goes.
        sqlite3_close_v2(connection)
    }

    /// Carries out statements that have no parameters; what they answer is left.
    func execute(_ sql: String) throws(DatabaseError) {
        let code = sqlite3_exec(connection, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code) }
    }

    /// The whole number that the statement answers, which must answer one.
    func integer(_ sql: String) throws(DatabaseError) -> Int64 {
        var answer: Int64?
        try prepare(sql).rows { (row) throws(DatabaseError) in answer = row.optionalInteger(0) }
        guard let answer else { throw .damaged("\(sql) answers nothing") }
        return answer
    }

    func prepare(_ sql: String) throws(DatabaseError) -> Statement {
        var prepared: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        let code = sqlite3_prepare_v3(connection, sql, -1, flags, &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw failure(code) }
        return Statement(prepared, of: self)
    }

    /// Lets go of the memory that it can do without: copies of pages of the file.
    func releaseMemory() {
        sqlite3_db_release_memory(connection)
    }

    /// All of the work, or nothing of it.
    func transaction(_ work: () throws(DatabaseError) -> Void) throws(DatabaseError) {
        try execute("BEGIN IMMEDIATE")
        do {
            try work()
            try execute("COMMIT")
        } catch {
            // Where SQLite has rolled back by itself, this one fails; the first error counts.
            try? execute("ROLLBACK")
            throw error
        }
    }

    /// The error of the latest call, to be asked for before another.
    func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(code, connection, systemError: errno)
    }
}
