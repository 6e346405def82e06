import Daemon
import SubscriberEngine
import Testing

@Suite struct CompletionRecordTests {
    static let names = ["orders", "", "a b", "50%", "+", "-", "ü\n\t", "x,y", "😀"]

    @Test(arguments: names)
    func `a record is read as it was written, whatever the names`(name: String) {
        let changes: [CompletionChange] = [
            .remembered(
                Completion(messageID: name, handlers: [name, "other"], isDeletable: false)),
            .remembered(Completion(messageID: name, handlers: [], isDeletable: true)),
            .remembered(
                Completion(
                    messageID: name, handlers: ["other", name],
                    rejections: [
                        Completion.Rejection(handler: name, reason: name),
                        Completion.Rejection(handler: "!", reason: "!"),
                    ], isDeletable: false)),
            .forgotten(messageID: name),
        ]
        for change in changes {
            let record = CompletionRecord(change, time: 1_700_000_000)
            #expect(record.line.hasSuffix("\n"))
            #expect(record.line.utf8.allSatisfy { $0 < 0x7F })
            #expect(CompletionRecord(line: record.line.dropLast()) == record)
        }
    }

    @Test func `digits of either case are read`() {
        for line in ["- 5 x%2cy 602c00e3d523b73c", "- 5 x%2Cy 609900e3d580891c"] {
            #expect(
                CompletionRecord(line: line[...])
                    == CompletionRecord(.forgotten(messageID: "x,y"), time: 5))
        }
    }

    /// Half a line may name another handler, or another message.
    @Test func `a line that was cut or garbled anywhere counts for nothing`() {
        let completion = Completion(
            messageID: "a-1", handlers: ["orders-2"], isDeletable: true)
        let line = CompletionRecord(.remembered(completion), time: 5).line.dropLast()
        for length in 0..<line.count {
            #expect(CompletionRecord(line: line.prefix(length)) == nil)
        }
        for index in line.indices {
            var garbled = line
            garbled.replaceSubrange(index...index, with: line[index] == "0" ? "1" : "0")
            #expect(CompletionRecord(line: garbled) == nil)
        }
    }

    @Test(arguments: ["", " ", "+", "\0\0\0\0", "# a comment", "+ 1 a 1 0000000000000000"])
    func `what is no record is none`(line: String) {
        #expect(CompletionRecord(line: line[...]) == nil)
    }

    // MARK: The ledger

    static let day: Int64 = 24 * 3600

    static func remembered(_ id: String, at time: Int64) -> CompletionRecord {
        CompletionRecord(
            .remembered(Completion(messageID: id, handlers: ["h"], isDeletable: true)), time: time)
    }

    @Test func `a file says what is remembered and not forgotten, the oldest first`() {
        let forgotten = CompletionRecord(.forgotten(messageID: "b"), time: 3)
        let text = [
            Self.remembered("a", at: 1).line, Self.remembered("b", at: 2).line, "half a li",
            "\n", forgotten.line, Self.remembered("c", at: 4).line,
            Self.remembered("a", at: 5).line, String(Self.remembered("d", at: 6).line.dropLast(9)),
        ].joined()
        let ledger = CompletionLedger(reading: text, at: 10)
        #expect(ledger.known.map(\.messageID) == ["a", "c"])
    }

    /// SQS keeps a message for 14 days at most.
    @Test func `what is older than fourteen days is dropped`() {
        let text = Self.remembered("old", at: 0).line + Self.remembered("new", at: Self.day).line
        let ledger = CompletionLedger(reading: text, at: 14 * Self.day + 1)
        #expect(ledger.known.map(\.messageID) == ["new"])
    }

    @Test func `a file is bounded, however many come and go`() {
        var ledger = CompletionLedger()
        var lines = 0
        var most = 0
        for number in 0..<20_000 {
            for change in [
                Self.remembered("\(number)", at: 1),
                CompletionRecord(.forgotten(messageID: "\(number)"), time: 1),
            ] {
                ledger.note(change)
                lines += 1
                if ledger.isWorthRewriting {
                    lines = ledger.rewritten().split(separator: "\n").count
                }
                most = max(most, lines)
            }
        }
        #expect(most <= 1_001)
        #expect(ledger.known.isEmpty)
    }

    @Test func `no more is read than the engine remembers`() {
        let count = CompletionMemory.defaultCapacity
        let text = (0..<(count + 5)).map { Self.remembered("\($0)", at: 1).line }.joined()
        let known = CompletionLedger(reading: text, at: 1).known
        #expect(known.count == count)
        #expect(known.first?.messageID == "5")
    }
}
