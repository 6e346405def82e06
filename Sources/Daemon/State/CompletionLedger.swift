package import SubscriberEngine

/// What a file of completions says, line by line, and when it is worth writing anew.
package struct CompletionLedger: Sendable {
    /// SQS keeps a message for 14 days at most: what is older does not come back.
    static let retention: Int64 = 14 * 24 * 3600
    /// A file is written anew when it has this many lines for each that counts …
    static let linesPerEntry = 4
    /// … and more than these: about 100 KB.
    static let linesMinimum = 1_000

    private struct Entry {
        let record: CompletionRecord
        let serial: Int
    }

    private var entries: [String: Entry] = [:]
    private var serial = 0
    /// Lines of the file, those that count for nothing included.
    private(set) var lines = 0

    package init() {}

    /// Reads a file's text. A line that is not whole counts for nothing.
    package init(reading text: String, at time: Int64) {
        for line in text.split(separator: "\n") {
            guard let record = CompletionRecord(line: line) else { continue }
            note(record)
        }
        lines = text.utf8.count { $0 == UInt8(ascii: "\n") }
        let oldest = time - Self.retention
        entries = entries.filter { $0.value.record.time >= oldest }
        let surplus = entries.count - CompletionMemory.defaultCapacity
        for entry in sorted.prefix(max(0, surplus)) { entries[entry.record.messageID] = nil }
    }

    package mutating func note(_ record: CompletionRecord) {
        lines += 1
        switch record.change {
        case .remembered:
            serial += 1
            let age = entries[record.messageID]?.serial ?? serial
            entries[record.messageID] = Entry(record: record, serial: age)
        case .forgotten:
            entries[record.messageID] = nil
        }
    }

    /// The oldest first.
    package var known: [Completion] {
        sorted.compactMap {
            if case .remembered(let completion) = $0.record.change { completion } else { nil }
        }
    }

    package var isWorthRewriting: Bool {
        lines > max(Self.linesMinimum, Self.linesPerEntry * entries.count)
    }

    /// The file anew, with what counts and nothing else.
    package mutating func rewritten() -> String {
        lines = entries.count
        return sorted.map(\.record.line).joined()
    }

    private var sorted: [Entry] { entries.values.sorted { $0.serial < $1.serial } }
}
