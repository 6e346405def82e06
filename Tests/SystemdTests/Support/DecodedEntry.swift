import Systemd

/// A journal entry taken apart again, by its lengths, as `sd_journal_sendv` would see it.
struct DecodedEntry {
    private(set) var fields: [(name: String, value: [UInt8])] = []

    /// `nil` when the lengths do not cover the buffer exactly or a field has no `=`.
    init?(_ entry: JournalEntry) {
        var rest = entry.bytes[...]
        for length in entry.lengths {
            let field = rest.prefix(length)
            guard field.count == length, let equals = field.firstIndex(of: UInt8(ascii: "="))
            else { return nil }
            let name = String(decoding: field[..<equals], as: UTF8.self)
            fields.append((name, Array(field[(equals + 1)...])))
            rest = rest.dropFirst(length)
        }
        guard rest.isEmpty else { return nil }
    }

    /// The values of one name, as text.
    subscript(name: String) -> [String] {
        fields.filter { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
    }
}
