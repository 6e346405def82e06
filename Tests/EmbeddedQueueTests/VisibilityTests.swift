import EmbeddedQueue
import SQS
import Testing

@Suite struct VisibilityTests {
    @Test func `a received message is hidden until its visibility timeout lapses`() throws {
        var queue = try StoreHarness([.visibilityTimeout(.seconds(5))])
        try queue.send("x")
        #expect(try queue.receive().bodies == ["x"])
        queue.pass(.milliseconds(4_999))
        #expect(try queue.receive().isEmpty)
        #expect(try queue.counts() == [0, 1, 0])
        queue.pass(.milliseconds(1))
        let again = try queue.receive()
        #expect(again.bodies == ["x"])
        #expect(again.first?.receiveCount == 2)
    }

    @Test func `the receive's own timeout goes before the queue's, once`() throws {
        var queue = try StoreHarness([.visibilityTimeout(.seconds(5))])
        try queue.send("x")
        _ = try queue.receive(visibility: .seconds(100))
        queue.pass(.seconds(99))
        #expect(try queue.receive().isEmpty)
        queue.pass(.seconds(1))
        _ = try queue.receive()
        queue.pass(.seconds(5))
        #expect(try queue.receive().bodies == ["x"])
    }

    @Test func `a receive with no visibility timeout leaves the message visible`() throws {
        var queue = try StoreHarness()
        try queue.send("x")
        #expect(try queue.receive(visibility: .zero).bodies == ["x"])
        #expect(try queue.receive().bodies == ["x"])
    }

    @Test func `a new visibility timeout counts from the change and is not remembered`() throws {
        var queue = try StoreHarness()
        try queue.send("x")
        let message = try #require(try queue.receive().first)
        queue.pass(.seconds(20))
        try queue.change(message, .seconds(60))
        queue.pass(.seconds(59))
        #expect(try queue.receive().isEmpty)
        queue.pass(.seconds(1))
        _ = try queue.receive()
        queue.pass(.seconds(30))
        #expect(try queue.receive().bodies == ["x"])
    }

    @Test func `a shorter visibility timeout is not undone by the longer one before`() throws {
        var queue = try StoreHarness()
        try queue.send("x")
        let message = try #require(try queue.receive().first)
        try queue.change(message, .seconds(2))
        queue.pass(.seconds(2))
        let again = try #require(try queue.receive(visibility: .seconds(100)).first)
        queue.pass(.seconds(50))
        #expect(try queue.counts() == [0, 1, 0])
        try queue.delete(again)
    }

    @Test func `a message is held twelve hours at most, counted from its receive`() throws {
        var queue = try StoreHarness()
        try queue.send("x")
        let message = try #require(try queue.receive(visibility: .seconds(43_200)).first)
        queue.pass(.seconds(3_600))
        #expect(
            refusal { try queue.change(message, .seconds(39_601)) } == .invalidParameterValue)
        try queue.change(message, .seconds(39_600))
        queue.pass(.seconds(39_599))
        #expect(refusal { try queue.change(message, .seconds(2)) } == .invalidParameterValue)
        queue.pass(.seconds(1))
        #expect(try queue.receive().bodies == ["x"])
    }

    enum Handle: CaseIterable { case current, lapsed, released, superseded, deleted, foreign }

    @Test(
        arguments: [
            (Handle.current, nil, nil), (.lapsed, nil, nil), (.released, nil, nil),
            (.superseded, nil, nil), (.deleted, nil, .invalidParameterValue),
            (.foreign, .receiptHandleIsInvalid, .receiptHandleIsInvalid),
        ] as [(Handle, SQSErrorCode?, SQSErrorCode?)])
    func `what a handle of a standard queue is good for`(
        handle: Handle, delete: SQSErrorCode?, change: SQSErrorCode?
    ) throws {
        var (queue, message) = try Self.prepare(handle, fifo: false)
        #expect(refusal { try queue.change(message, .seconds(9)) } == change)
        (queue, message) = try Self.prepare(handle, fifo: false)
        #expect(refusal { try queue.delete(message) } == delete)
        let isGone = [.current, .lapsed, .released, .deleted].contains(handle)
        let held = try queue.counts().reduce(0, +)
        #expect(held == (isGone ? 0 : 1))
    }

    /// Recorded from Amazon SQS, which the API reference contradicts.
    @Test func `a standard queue takes every handle to hide a message or to release it`() throws {
        var (queue, message) = try Self.prepare(.lapsed, fifo: false)
        try queue.change(message, .seconds(9))
        #expect(try queue.counts() == [0, 1, 0])
        queue.pass(.seconds(9))
        #expect(try queue.receive().bodies == ["x"])

        (queue, message) = try Self.prepare(.superseded, fifo: false)
        try queue.change(message, .seconds(100))
        queue.pass(.seconds(99))
        #expect(try queue.receive().isEmpty)
        try queue.change(message, .zero)
        #expect(try queue.receive().bodies == ["x"])
        #expect(try queue.receive().isEmpty)
    }

    @Test func `a message released that is visible already is received once`() throws {
        var (queue, message) = try Self.prepare(.lapsed, fifo: false)
        try queue.change(message, .zero)
        #expect(try queue.receive().bodies == ["x"])
        #expect(try queue.receive().isEmpty)
    }

    @Test(
        arguments: [
            (Handle.current, nil, nil), (.lapsed, .invalidParameterValue, .invalidParameterValue),
            (.released, .invalidParameterValue, .invalidParameterValue),
            (.superseded, .invalidParameterValue, .invalidParameterValue),
            (.deleted, nil, .invalidParameterValue),
            (.foreign, .receiptHandleIsInvalid, .receiptHandleIsInvalid),
        ] as [(Handle, SQSErrorCode?, SQSErrorCode?)])
    func `what a handle of a FIFO queue is good for`(
        handle: Handle, delete: SQSErrorCode?, change: SQSErrorCode?
    ) throws {
        var (queue, message) = try Self.prepare(handle, fifo: true)
        #expect(refusal { try queue.change(message, .seconds(9), in: "q.fifo") } == change)
        (queue, message) = try Self.prepare(handle, fifo: true)
        #expect(refusal { try queue.delete(message, from: "q.fifo") } == delete)
        let held = try queue.counts("q.fifo").reduce(0, +)
        #expect(held == ([.current, .deleted].contains(handle) ? 0 : 1))
    }

    private static func prepare(
        _ handle: Handle, fifo: Bool
    ) throws -> (StoreHarness, DeliveredMessage) {
        var queue = try StoreHarness(fifo: fifo)
        let name = fifo ? "q.fifo" : "q"
        try queue.send("x", group: "g", to: name)
        let message = try #require(try queue.receive(from: name).first)
        switch handle {
        case .current: break
        case .lapsed: queue.pass(.seconds(30))
        case .released: try queue.change(message, .zero, in: name)
        case .superseded:
            queue.pass(.seconds(30))
            _ = try queue.receive(from: name)
        case .deleted: try queue.delete(message, from: name)
        case .foreign:
            var other = StoreHarness(seed: 2)
            try other.create(name, fifo ? [.fifo(true), .contentBasedDeduplication(true)] : [])
            try other.send("x", group: "g", to: name)
            return (queue, try #require(try other.receive(from: name).first))
        }
        return (queue, message)
    }

    @Test(arguments: ["", "nonsense", "AQEB", "AQEB" + String(repeating: "0", count: 64)])
    func `what is no handle is refused`(text: String) throws {
        var queue = try StoreHarness()
        #expect(
            refusal { try queue.ask(.delete(receiptHandle: text, from: "q")) }
                == .receiptHandleIsInvalid)
    }

    @Test func `a handle altered in one place is no handle`() throws {
        var queue = try StoreHarness()
        try queue.send("x")
        let handle = try #require(try queue.receive().first).receiptHandle
        for index in handle.indices {
            var altered = handle
            let other = altered[index] == "1" ? "2" : "1"
            altered.replaceSubrange(index...index, with: other)
            #expect(
                refusal { try queue.ask(.delete(receiptHandle: altered, from: "q")) }
                    == .receiptHandleIsInvalid)
        }
    }

    @Test
    func
        `a standard queue refuses short polls and lets long ones wait when too many are in flight`()
        throws
    {
        var queue = try StoreHarness([.visibilityTimeout(.seconds(43_200))])
        for _ in 0..<StoreLimits.inFlight / 10 + 1 {
            try queue.ask(
                .sendBatch(
                    (0..<10).map { NewMessage(SendEntry(id: "\($0)", body: "x")) }, to: "q"))
        }
        var first: DeliveredMessage?
        for _ in 0..<StoreLimits.inFlight / 10 { first = try queue.receive().first }
        #expect(try queue.counts() == [10, StoreLimits.inFlight, 0])
        #expect(refusal { _ = try queue.receive() } == .overLimit)
        let caller = try queue.poll()
        let (_, deliveries) = queue.deliveries(
            .delete(receiptHandle: try #require(first).receiptHandle, from: "q"))
        #expect(try bodies(deliveries.first { $0.caller == caller }) == ["x"])
    }
}
