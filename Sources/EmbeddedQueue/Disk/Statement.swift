import CSQLite

/// What a parameter of a statement, or a column of a row, can hold.
enum DatabaseValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case text(String)
}

extension DatabaseValue: ExpressibleByIntegerLiteral, ExpressibleByNilLiteral {
    init(integerLiteral value: Int64) { self = .integer(value) }
    init(nilLiteral: ()) { self = .null }

    init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    init(_ number: Int) { self = .integer(Int64(number)) }
    init(_ isTrue: Bool) { self = .integer(isTrue ? 1 : 0) }
    /// A number of 64 bits, in two's complement.
    init(bits: UInt64) { self = .integer(Int64(bitPattern: bits)) }
    init(_ instant: StoreInstant?) { self = instant.map { .integer($0.microseconds) } ?? .null }
}

/// A prepared statement, to be carried out as often as one likes.
final class Statement {
    private let statement: OpaquePointer
    private let database: Database

    init(_ statement: OpaquePointer, of database: Database) {
        self.statement = statement
        self.database = database
    }

    deinit {
        sqlite3_finalize(statement)
    }

    /// Carries it out with these values, of which there must be as many as it has parameters.
    func run(_ values: [DatabaseValue] = []) throws(DatabaseError) {
        try rows(values) { (_) throws(DatabaseError) in }
    }

    /// Carries it out, and hands over each row of the answer, which is good for that call alone.
    func rows(
        _ values: [DatabaseValue] = [], each: (Row) throws(DatabaseError) -> Void
    ) throws(DatabaseError) {
        defer { sqlite3_reset(statement) }
        for (place, value) in values.enumerated() { try bind(value, at: Int32(place + 1)) }
        while true {
            let code = sqlite3_step(statement)
            guard code == SQLITE_ROW else {
                guard code == SQLITE_DONE else { throw database.failure(code) }
                return
            }
            try each(Row(statement: statement))
        }
    }

    private func bind(_ value: DatabaseValue, at place: Int32) throws(DatabaseError) {
        let code =
            switch value {
            case .null: sqlite3_bind_null(statement, place)
            case .integer(let number): sqlite3_bind_int64(statement, place, number)
            case .text(var text):
                text.withUTF8 { bytes in
                    bytes.withMemoryRebound(to: CChar.self) { characters in
                        // Without an address it would be NULL.
                        characters.baseAddress.map {
                            sqs_bind_text(statement, place, $0, Int32(characters.count))
                        } ?? sqs_bind_text(statement, place, "", 0)
                    }
                }
            }
        guard code == SQLITE_OK else { throw database.failure(code) }
    }
}

/// A row of an answer, for as long as the statement stands on it. Columns count from 0.
struct Row {
    fileprivate let statement: OpaquePointer

    func optionalInteger(_ column: Int32) -> Int64? {
        sqlite3_column_type(statement, column) == SQLITE_INTEGER
            ? sqlite3_column_int64(statement, column) : nil
    }

    func optionalText(_ column: Int32) -> String? {
        guard sqlite3_column_type(statement, column) == SQLITE_TEXT,
            let text = sqlite3_column_text(statement, column)
        else { return nil }
        let size = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: text, count: size), as: UTF8.self)
    }

    func integer(_ column: Int32) throws(DatabaseError) -> Int64 {
        guard let number = optionalInteger(column) else { throw missing(column) }
        return number
    }

    func text(_ column: Int32) throws(DatabaseError) -> String {
        guard let text = optionalText(column) else { throw missing(column) }
        return text
    }

    func bits(_ column: Int32) throws(DatabaseError) -> UInt64 {
        UInt64(bitPattern: try integer(column))
    }

    func instant(_ column: Int32) throws(DatabaseError) -> StoreInstant {
        StoreInstant(microseconds: try integer(column))
    }

    func optionalInstant(_ column: Int32) -> StoreInstant? {
        optionalInteger(column).map { StoreInstant(microseconds: $0) }
    }

    /// The number of a thing that there can be no fewer than 0 of.
    func count(_ column: Int32) throws(DatabaseError) -> Int {
        let number = try integer(column)
        guard number >= 0 else { throw .damaged("\(name(column)) is \(number)") }
        return Int(number)
    }

    private func missing(_ column: Int32) -> DatabaseError {
        .damaged("a row has no \(name(column))")
    }

    private func name(_ column: Int32) -> String {
        sqlite3_column_name(statement, column).map { String(cString: $0) } ?? "column \(column)"
    }
}
