import EmbeddedQueue
import SQS
import Testing

@Suite struct ScaleTests {
    /// Large enough that work in the square of it would take hours.
    private static let messages = 40_000

    @Test(.timeLimit(.minutes(2)), arguments: [false, true])
    func `a deep queue is worked off as fast as a shallow one`(fifo: Bool) throws {
        let name = fifo ? "q.fifo" : "q"
        var queue = try StoreHarness(fifo: fifo)
        for start in stride(from: 0, to: Self.messages, by: 10) {
            let entries = (start..<start + 10).map { number in
                NewMessage(
                    SendEntry(id: "\(number)", body: "\(number)", groupID: "\(number % 100)"))
            }
            try queue.ask(.sendBatch(entries, to: name))
        }
        var received = 0
        while case let messages = try queue.receive(from: name), !messages.isEmpty {
            received += messages.count
            let entries = messages.enumerated().map {
                DeleteEntry(id: "\($0.offset)", receiptHandle: $0.element.receiptHandle)
            }
            try queue.ask(.deleteBatch(entries, from: name))
        }
        #expect(received == Self.messages)
        #expect(try queue.counts(name) == [0, 0, 0])
    }

    @Test(.timeLimit(.minutes(2)))
    func `all messages may lapse at once`() throws {
        var queue = try StoreHarness([.visibilityTimeout(.seconds(5))])
        for number in 0..<Self.messages { try queue.send("\(number)") }
        for _ in 0..<Self.messages / 10 { _ = try queue.receive() }
        #expect(try queue.counts() == [0, Self.messages, 0])
        queue.pass(.seconds(5))
        #expect(try queue.counts() == [Self.messages, 0, 0])
    }

    @Test(.timeLimit(.minutes(2)))
    func `a message renewed very often costs no more than one`() throws {
        var queue = try StoreHarness()
        try queue.send("x")
        let message = try #require(try queue.receive(visibility: .seconds(600)).first)
        for _ in 0..<Self.messages { try queue.change(message, .seconds(600)) }
        queue.pass(.seconds(600))
        #expect(try queue.receive().bodies == ["x"])
    }

    @Test(.timeLimit(.minutes(2)))
    func `thousands of long polls are served and end`() throws {
        var queue = try StoreHarness()
        for number in 0..<4_000 {
            _ = try queue.poll(.milliseconds(number % 2_000 + 1), maximum: 1)
        }
        var answered = 0
        for number in 0..<2_000 {
            let entry = NewMessage(SendEntry(id: "", body: "\(number)"))
            answered += queue.deliveries(.send(entry, to: "q")).1.count - 1
        }
        #expect(answered == 2_000)
        #expect(queue.pass(.seconds(2)).count == 2_000)
    }
}
