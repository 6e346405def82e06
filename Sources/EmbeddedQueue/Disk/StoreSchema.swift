/// The tables in which the stores of all regions are kept.
///
/// A message is numbered by its queue's number and its own in one whole number, so that one key
/// both finds it and keeps the messages of a queue together, in their order. What never changes
/// about it is in `messages`; what does is in `states`, so that to receive a large message writes
/// little. Times are microseconds since 1970. Lists that are only read as a whole are JSON.
enum StoreSchema {
    /// The mark in the header of the file that other databases do not have: “SQSq”.
    static let applicationID: Int64 = 0x5351_5371
    /// The version of the tables.
    static let version: Int64 = 1

    /// The bits of a message's number that are its own: enough for 10,000 a second for three years.
    private static let serialBits: UInt64 = 40
    /// More queues than fit in a file: what is left of 63 bits.
    private static let mostQueues: UInt64 = 1 << 23

    static let lastSerial: UInt64 = 1 << serialBits - 1

    /// The number of a message.
    static func number(
        ofMessage serial: UInt64, in queue: UInt64
    ) throws(DatabaseError) -> DatabaseValue {
        guard serial <= lastSerial, queue < mostQueues else {
            throw DatabaseError(
                kind: .other, "the numbers of messages, or of queues, are used up")
        }
        return .integer(Int64(queue << serialBits | serial))
    }

    /// The queue and the serial of a message with that number.
    static func parts(_ number: Int64) -> (queue: UInt64, serial: UInt64) {
        let bits = UInt64(bitPattern: number)
        return (bits >> serialBits, bits & lastSerial)
    }

    static let tables = [
        "queues", "messages", "states", "deduplication", "attempts", "moves", "deletions",
        "shared", "time",
    ]

    static let creation = """
        CREATE TABLE queues (
            number INTEGER PRIMARY KEY, region TEXT NOT NULL, name TEXT NOT NULL,
            tag INTEGER NOT NULL, created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL,
            purged_at INTEGER, attributes TEXT NOT NULL, tags TEXT NOT NULL,
            last_serial INTEGER NOT NULL, UNIQUE (region, name)
        ) STRICT;
        CREATE TABLE messages (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT,
            group_id TEXT, deduplication_id TEXT, sequence_number TEXT, trace_header TEXT,
            sender_id TEXT NOT NULL, sent_at INTEGER NOT NULL, enqueued_at INTEGER NOT NULL,
            dead_letter_source TEXT
        ) STRICT;
        -- Of a message that is not here nothing is known but that it came: it is visible.
        CREATE TABLE states (
            number INTEGER PRIMARY KEY, state INTEGER NOT NULL, due INTEGER,
            receive_count INTEGER NOT NULL, receives_here INTEGER NOT NULL,
            first_received_at INTEGER, nonce INTEGER, received_at INTEGER,
            is_changed INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE deduplication (
            queue INTEGER NOT NULL, id TEXT NOT NULL, group_id TEXT, message_id TEXT NOT NULL,
            sequence_number TEXT, until INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX deduplication_until ON deduplication (until);
        CREATE TABLE attempts (
            queue INTEGER NOT NULL, id TEXT NOT NULL, handles TEXT NOT NULL,
            until INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX attempts_until ON attempts (until);
        CREATE TABLE moves (
            queue INTEGER NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL,
            destination TEXT, rate INTEGER, started_at INTEGER NOT NULL, to_move INTEGER NOT NULL,
            moved INTEGER NOT NULL, status TEXT NOT NULL, failure TEXT, PRIMARY KEY (queue, place)
        ) STRICT;
        CREATE TABLE deletions (
            region TEXT NOT NULL, name TEXT NOT NULL, deleted_at INTEGER NOT NULL
        ) STRICT;
        -- Queues that every region sees.
        CREATE TABLE shared (name TEXT PRIMARY KEY) STRICT;
        -- When this was last written, by the store's clock: one row.
        CREATE TABLE time (number INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(version);
        """
}
