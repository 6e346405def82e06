import CSystemd

/// One entry for the journal: its fields in one contiguous buffer, as `sd_journal_sendv` takes
/// them.
///
/// Values may hold any byte; names are valid by construction. At most ``maximumFields`` fields:
/// those beyond are counted in `SQS_FIELDS_DROPPED`.
package struct JournalEntry: Sendable {
    /// Every field, `NAME=value`, one after another.
    package private(set) var bytes: [UInt8] = []
    /// How many bytes of ``bytes`` each field takes.
    package private(set) var lengths: [Int] = []
    private var dropped = 0

    /// The most fields in an entry, the count of dropped ones aside.
    package static let maximumFields = Int(SQS_JOURNAL_FIELDS_MAX) - 1
    /// The longest field name that journald takes (`journal_field_valid`).
    static let nameBytes = 64
    /// What our own fields begin with, so that none can pass for one of journald's.
    package static let prefix = "SQS_"

    /// An entry without fields. `capacity` spares the buffer from growing.
    package init(reservingBytes capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Adds one of journald's own fields. `name` is a valid one.
    package mutating func append(_ name: StaticString, _ value: String) {
        append(value) { bytes in
            name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        }
    }

    /// Adds a field of ours: `message_id` becomes `SQS_MESSAGE_ID`. Characters that journald does
    /// not allow in a name become `_`; what is beyond 64 characters is cut.
    package mutating func append(key: String, _ value: String) {
        append(value) { bytes in
            bytes.append(contentsOf: Self.prefix.utf8)
            // One underscore per character: the continuation bytes (10xxxxxx) are passed over.
            let starts = key.utf8.lazy.filter { $0 & 0xC0 != 0x80 }
            for byte in starts.prefix(Self.nameBytes - Self.prefix.utf8.count) {
                bytes.append(Self.nameByte(byte))
            }
        }
    }

    private mutating func append(_ value: String, name: (inout [UInt8]) -> Void) {
        guard lengths.count < Self.maximumFields else {
            dropped += 1
            return
        }
        let start = bytes.count
        name(&bytes)
        bytes.append(UInt8(ascii: "="))
        bytes.append(contentsOf: value.utf8)
        lengths.append(bytes.count - start)
    }

    /// Closes the entry: says how many fields found no room, if any did not.
    mutating func finish() {
        guard dropped > 0 else { return }
        let field = Array("\(Self.prefix)FIELDS_DROPPED=\(dropped)".utf8)
        bytes.append(contentsOf: field)
        lengths.append(field.count)
        dropped = 0
    }

    private static func nameByte(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
        default: UInt8(ascii: "_")
        }
    }

    /// The entry as journald's native protocol has it: `NAME=value` and a line break for each
    /// field, or, where there is a line break in the value, the name alone on a line, the value's
    /// length in eight bytes, the least significant first, and the value.
    ///
    /// Source: systemd.io/JOURNAL_NATIVE_PROTOCOL.
    package var datagram: [UInt8] {
        var datagram: [UInt8] = []
        datagram.reserveCapacity(bytes.count + lengths.count * 9)
        var rest = bytes[...]
        for length in lengths {
            let field = rest.prefix(length)
            rest = rest.dropFirst(length)
            let newline = UInt8(ascii: "\n")
            if field.contains(newline), let equals = field.firstIndex(of: UInt8(ascii: "=")) {
                let value = field[(equals + 1)...]
                datagram.append(contentsOf: field[..<equals])
                datagram.append(newline)
                withUnsafeBytes(of: UInt64(value.count).littleEndian) {
                    datagram.append(contentsOf: $0)
                }
                datagram.append(contentsOf: value)
            } else {
                datagram.append(contentsOf: field)
            }
            datagram.append(newline)
        }
        return datagram
    }

    /// Hands the entry to journald. 0, or the `errno` value of its refusal.
    package func send() -> Int32 {
        bytes.withUnsafeBufferPointer { buffer in
            lengths.withUnsafeBufferPointer { lengths in
                guard let bytes = buffer.baseAddress, let first = lengths.baseAddress
                else { return -sqs_journal_send([], [], 0) }
                return -sqs_journal_send(bytes, first, lengths.count)
            }
        }
    }
}
