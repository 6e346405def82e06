import EmbeddedQueue
import SQS
import Testing

/// Looking at messages without receiving them.
@Suite struct BrowsingTests {
    /// All that the slice is about, and how many calls that took.
    private static func browse(
        _ slice: MessageSlice, _ store: inout StoreHarness, of queue: String = "q"
    ) throws -> (messages: [BrowsedMessage], calls: Int) {
        var (messages, calls): ([BrowsedMessage], Int) = ([], 0)
        var rest: MessageSlice? = slice
        while let slice = rest {
            let answer = try store.ask(.browse(slice, of: queue))
            guard case .browsed(let browsed) = answer else { throw UnexpectedAnswer(answer) }
            messages += browsed.messages
            calls += 1
            rest = browsed.rest
        }
        return (messages, calls)
    }

    private static func texts(
        _ slice: MessageSlice, _ store: inout StoreHarness
    ) throws -> [String] {
        try browse(slice, &store).messages.map(\.content.body)
    }

    @Test func `looking receives nothing and changes nothing`() throws {
        var store = try StoreHarness()
        try store.send("a")
        try store.send("b", delay: .seconds(5))
        _ = try store.receive(1)
        let (before, _) = try Self.browse(MessageSlice(from: 1, maximum: 10), &store)
        #expect(before.map(\.content.body) == ["a", "b"])
        #expect(before.map(\.receiveCount) == [1, 0])
        #expect(try store.counts() == [0, 1, 1])
        store.pass(.seconds(31))
        // What became due is so for who looks.
        #expect(try Self.texts(MessageSlice(from: 1, maximum: 10), &store) == ["a", "b"])
        #expect(try store.counts() == [2, 0, 0])
        let received = try store.receive()
        #expect(received.map(\.receiveCount).sorted() == [1, 2])
    }

    @Test(arguments: [
        (1, false, 3, ["0", "1", "2"]), (0, false, 1, ["0"]), (9, false, 5, ["8", "9"]),
        (11, false, 5, []), (UInt64.max, false, 5, []), (10, true, 2, ["9", "8"]),
        (UInt64.max, true, 2, ["9", "8"]), (2, true, 5, ["1", "0"]), (0, true, 5, []),
    ])
    func `a slice goes on from its start, or back`(
        start: UInt64, isBackward: Bool, maximum: Int, expected: [String]
    ) throws {
        var few = try StoreHarness()
        for number in 0..<10 { try few.send("\(number)") }
        let slice = MessageSlice(from: start, isBackward: isBackward, maximum: maximum)
        #expect(try Self.texts(slice, &few) == expected)
    }

    /// In more than are sorted, with gaps between them that are longer than one look.
    @Test func `of many messages each call looks at some, and leaps what is gone`() throws {
        var store = try StoreHarness()
        for number in 1...20_000 { try store.send("\(number)") }
        let (all, _) = try Self.browse(MessageSlice(from: 1, maximum: 20_000), &store)
        #expect(all.map(\.number.serial) == Array(1...20_000))
        for message in all where (100..<7_000).contains(message.number.serial) {
            try store.ask(.discard(message.number, from: "q"))
        }
        for message in all where (9_000..<15_000).contains(message.number.serial) {
            try store.ask(.discard(message.number, from: "q"))
        }
        let onward = try Self.browse(MessageSlice(from: 90, maximum: 20), &store)
        #expect(onward.messages.map(\.number.serial) == Array(90...99) + Array(7_000...7_009))
        #expect(onward.calls <= 4)
        let back = try Self.browse(
            MessageSlice(from: 15_004, isBackward: true, maximum: 10), &store)
        #expect(
            back.messages.map(\.number.serial)
                == Array((15_000...15_004).reversed()) + Array((8_995...8_999).reversed()))
        #expect(try Self.browse(MessageSlice(from: 20_001, maximum: 1), &store).messages.isEmpty)
        #expect(
            try Self.browse(MessageSlice(from: 0, isBackward: true, maximum: 1), &store)
                .messages.isEmpty)
    }

    @Test func `a message is discarded once, and none of a queue made anew in its place`() throws {
        var store = try StoreHarness()
        try store.send("a")
        let number = try #require(
            try Self.browse(MessageSlice(from: 1, maximum: 1), &store).messages.first
        ).number
        try store.ask(.deleteQueue("q"))
        try store.create("q")
        try store.send("b")
        #expect(refusal { try store.ask(.discard(number, from: "q")) } == .resourceNotFound)
        #expect(try store.counts() == [1, 0, 0])
        let other = try #require(
            try Self.browse(MessageSlice(from: 1, maximum: 1), &store).messages.first
        ).number
        try store.ask(.discard(other, from: "q"))
        #expect(try store.counts() == [0, 0, 0])
        #expect(refusal { try store.ask(.discard(other, from: "q")) } == .resourceNotFound)
    }

    @Test func `the rest of a group goes on when the message before it is discarded`() throws {
        var store = try StoreHarness(fifo: true)
        try store.send("first", group: "g", to: "q.fifo")
        try store.send("second", group: "g", to: "q.fifo")
        #expect(try store.receive(1, from: "q.fifo").bodies == ["first"])
        let waiter = try store.poll(from: "q.fifo")
        let first = try #require(
            try Self.browse(MessageSlice(from: 1, maximum: 1), &store, of: "q.fifo").messages.first)
        let (_, deliveries) = store.deliveries(.discard(first.number, from: "q.fifo"))
        #expect(try bodies(deliveries.first { $0.caller == waiter }) == ["second"])
    }
}
