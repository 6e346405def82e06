/// The statements that write, prepared once.
struct StoreStatements {
    let putQueue: Statement
    let setLastSerial: Statement
    let deleteQueue: Statement
    let addMessage: Statement
    let putState: Statement
    let deleteMessage: Statement
    let deleteState: Statement
    let deleteMessages: Statement
    let deleteStates: Statement
    let addDeduplication: Statement
    let forgetDeduplication: Statement
    let deleteDeduplication: Statement
    let addAttempt: Statement
    let forgetAttempts: Statement
    let deleteAttempts: Statement
    let addMove: Statement
    let deleteMoves: Statement
    let addDeletion: Statement
    let deleteDeletions: Statement
    let addShared: Statement
    let setTime: Statement

    init(_ database: Database) throws(DatabaseError) {
        func delete(_ table: String, where condition: String) throws(DatabaseError) -> Statement {
            try database.prepare("DELETE FROM \(table) WHERE \(condition)")
        }
        func add(to table: String, _ count: Int) throws(DatabaseError) -> Statement {
            let values = Array(repeating: "?", count: count).joined(separator: ", ")
            return try database.prepare("INSERT OR REPLACE INTO \(table) VALUES (\(values))")
        }
        putQueue = try add(to: "queues", 10)
        setLastSerial = try database.prepare("UPDATE queues SET last_serial = ? WHERE number = ?")
        deleteQueue = try delete("queues", where: "number = ?")
        addMessage = try add(to: "messages", 12)
        putState = try add(to: "states", 9)
        deleteMessage = try delete("messages", where: "number = ?")
        deleteState = try delete("states", where: "number = ?")
        deleteMessages = try delete("messages", where: "number BETWEEN ? AND ?")
        deleteStates = try delete("states", where: "number BETWEEN ? AND ?")
        addDeduplication = try add(to: "deduplication", 6)
        forgetDeduplication = try delete("deduplication", where: "until <= ?")
        deleteDeduplication = try delete("deduplication", where: "queue = ?")
        addAttempt = try add(to: "attempts", 4)
        forgetAttempts = try delete("attempts", where: "until <= ?")
        deleteAttempts = try delete("attempts", where: "queue = ?")
        addMove = try add(to: "moves", 11)
        deleteMoves = try delete("moves", where: "queue = ?")
        addDeletion = try add(to: "deletions", 3)
        deleteDeletions = try delete("deletions", where: "region = ?")
        addShared = try add(to: "shared", 1)
        setTime = try add(to: "time", 2)
    }
}
