import CSQLite
import Glibc

/// Why SQLite could not do something.
struct DatabaseError: Error, Sendable, Equatable, CustomStringConvertible {
    enum Kind: Sendable {
        /// Another process has the file open.
        case inUse
        /// It is not a database, or its pages do not fit each other, or its rows say nothing.
        case damaged
        /// There is no room on the disk.
        case full
        case other
    }

    let kind: Kind
    /// What is wrong, in SQLite's words.
    let description: String

    static func damaged(_ description: String) -> DatabaseError {
        DatabaseError(kind: .damaged, description: description)
    }
}

extension DatabaseError {
    init(kind: Kind, _ description: String) {
        self.init(kind: kind, description: description)
    }

    /// The error of the latest call on the connection.
    ///
    /// - Parameter systemError: `errno` as that call left it. SQLite does not keep it where a
    ///   COMMIT fails.
    init(_ code: Int32, _ connection: OpaquePointer?, systemError: Int32) {
        let text = connection.map { String(cString: sqlite3_errmsg($0)) }
        let kept = connection.map { sqlite3_system_errno($0) } ?? 0
        let isOfSystem = code & 0xFF == SQLITE_IOERR || code & 0xFF == SQLITE_CANTOPEN
        let number = kept != 0 || !isOfSystem ? kept : systemError
        var description = text ?? String(cString: sqlite3_errstr(code))
        if number != 0 { description += " (\(String(cString: strerror(number))))" }
        let kind: Kind =
            switch code & 0xFF {  // the rest of an extended code says where
            case SQLITE_BUSY, SQLITE_LOCKED: .inUse
            case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
            case SQLITE_FULL: .full
            case SQLITE_IOERR where number == ENOSPC || number == EDQUOT || number == EFBIG: .full
            default: .other
            }
        self.init(kind: kind, description: description)
    }
}
