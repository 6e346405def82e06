import Commands
import MessageHandling
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ScanTests {
    /// What each receive brings, by id.
    struct Row: CustomTestStringConvertible {
        let what: String
        let expected: Int
        let endsWithExpected: Bool
        let receives: [[String]]
        let isOver: Bool

        init(
            _ what: String, expected: Int, endsWithExpected: Bool = false, _ receives: [[String]],
            isOver: Bool
        ) {
            self.what = what
            self.expected = expected
            self.endsWithExpected = endsWithExpected
            self.receives = receives
            self.isOver = isOver
        }

        var testDescription: String { what }
    }

    static let endings = [
        Row("nothing was asked yet", expected: 3, [], isOver: false),
        Row("an empty queue needs no look", expected: 0, endsWithExpected: true, [], isOver: true),
        Row("an empty count is looked after", expected: 0, [], isOver: false),
        Row(
            "a count that is reached is enough for a look", expected: 2, endsWithExpected: true,
            [["a", "b"]], isOver: true),
        Row("there may be more than the count", expected: 2, [["a", "b"]], isOver: false),
        Row(
            "the count and an empty receive are enough", expected: 2, [["a", "b"], [], []],
            isOver: true),
        Row(
            "one empty long poll before the count is not", expected: 3, [["a", "b"], [], []],
            isOver: false),
        Row("two are", expected: 3, [["a", "b"], [], [], []], isOver: true),
        Row(
            "two with a message between are not", expected: 9, [[], [], ["a"], [], []],
            isOver: false),
        Row(
            "what comes again does not count", expected: 2, endsWithExpected: true,
            [["a"], ["a"]], isOver: false),
        Row(
            "only what comes again ends it", expected: 9,
            [["a"]] + Array(repeating: ["a"], count: 10), isOver: true),
    ]

    @Test(arguments: endings)
    func `a scan ends when there is no more to see`(_ row: Row) {
        var scan = Scan(expected: row.expected, endsWithExpected: row.endsWithExpected)
        for ids in row.receives { _ = scan.take(ids.map { message($0) }) }
        #expect(scan.isOver == row.isOver)
    }

    @Test func `the first receive is a short poll, and one after an empty one is long`() {
        var scan = Scan(expected: 2, endsWithExpected: false)
        var waited: [Bool] = []
        for ids in [["a"], [], ["b"], [], []] {
            waited.append(scan.waits)
            _ = scan.take(ids.map { message($0) })
        }
        #expect(waited == [false, false, true, false, true])
        #expect(scan.isOver)
    }

    @Test func `what comes again is told apart, and is known by its latest handle`() {
        var scan = Scan(expected: 2, endsWithExpected: false)
        let first = scan.take([message("a", handle: "1")])
        let second = scan.take([message("a", handle: "2"), message("b", handle: "3")])
        #expect(first.new.map(\.id) == ["a"])
        #expect(second.new.map(\.id) == ["b"])
        #expect(second.again.map(\.id) == ["a"])
        #expect(scan.deletion(of: first.new[0], id: "x").receiptHandle == "2")
    }

    @Test func `what is not deleted is given back, ten at a time`() {
        var scan = Scan(expected: 12, endsWithExpected: false)
        let messages = (0..<13).map { message("\($0)") }
        _ = scan.take(messages)
        scan.forget(messages[4])
        let releases = scan.releases()
        #expect(releases.map(\.count) == [10, 2])
        #expect(releases.joined().allSatisfy { $0.timeout == .zero })
        #expect(!releases.joined().contains { $0.receiptHandle == "handle-4" })
        #expect(scan.releases().isEmpty)
    }

    @Test(arguments: [(0, 30), (100, 32), (5_000, 130), (1_000_000, 600)])
    func `the more there is to look at, the longer it is hidden`(count: Int, seconds: Int) {
        #expect(Scan.visibilityTimeout(forLookingAt: count) == .seconds(seconds))
    }
}
