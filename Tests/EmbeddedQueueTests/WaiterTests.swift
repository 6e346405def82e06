import EmbeddedQueue
import SQS
import Testing

@Suite struct WaiterTests {
    enum Arrival: CaseIterable { case sent, delayed, lapsed, released, unlocked }

    @Test(arguments: Arrival.allCases)
    func `a long poll is answered the moment a message becomes visible`(arrival: Arrival) throws {
        let fifo = arrival == .unlocked
        let name = fifo ? "q.fifo" : "q"
        var queue = try StoreHarness(fifo: fifo, [.visibilityTimeout(.seconds(7))])
        var request: StoreRequest?
        var due: Duration = .zero
        switch arrival {
        case .sent: request = .send(NewMessage(SendEntry(id: "", body: "x")), to: name)
        case .delayed:
            try queue.send("x", delay: .seconds(5))
            due = .seconds(5)
        case .lapsed:
            try queue.send("x")
            _ = try queue.receive()
            due = .seconds(7)
        case .released:
            try queue.send("x")
            let held = try #require(try queue.receive().first)
            request = .changeVisibility(
                receiptHandle: held.receiptHandle, timeout: .zero, in: name)
        case .unlocked:
            for body in ["w", "x"] { try queue.send(body, group: "g", to: name) }
            let held = try #require(try queue.receive(1, from: name).first)
            request = .delete(receiptHandle: held.receiptHandle, from: name)
        }
        let caller = try queue.poll(from: name)
        var deliveries: [StoreDelivery] = []
        if let request {
            (_, deliveries) = queue.deliveries(request)
        } else {
            let start = queue.now
            #expect(queue.store.nextWakeUp() == start + due)
            #expect(queue.pass(due + .milliseconds(-1)).isEmpty)
            deliveries = queue.pass(.milliseconds(1))
        }
        #expect(try bodies(deliveries.first { $0.caller == caller }) == ["x"])
        #expect(queue.store.nextWakeUp() == nil)
    }

    @Test func `a locked group goes on when the message that locks it expires`() throws {
        var queue = try StoreHarness(fifo: true, [.retention(.seconds(60))])
        try queue.send("a", group: "g", to: "q.fifo")
        _ = try queue.receive(1, visibility: .seconds(900), from: "q.fifo")
        queue.pass(.seconds(50))
        try queue.send("b", group: "g", to: "q.fifo")
        let caller = try queue.poll(.seconds(20), from: "q.fifo")
        let deliveries = queue.pass(.seconds(10))
        #expect(try bodies(deliveries.first { $0.caller == caller }) == ["b"])
    }

    @Test func `a long poll that nothing comes for ends in time, and nothing is due after`() throws
    {
        var queue = try StoreHarness()
        let caller = try queue.poll(.seconds(3))
        #expect(queue.pass(.milliseconds(2_999)).isEmpty)
        let deliveries = queue.pass(.milliseconds(1))
        #expect(deliveries.map(\.caller) == [caller])
        #expect(try bodies(deliveries.first) == [])
        #expect(queue.store.nextWakeUp() == nil)
    }

    @Test func `the queue's own wait holds where the request names none`() throws {
        var queue = try StoreHarness([.receiveWait(.seconds(4))])
        let (caller, deliveries) = queue.deliveries(.receive(StoreReceive(), from: "q"))
        #expect(deliveries.isEmpty)
        #expect(queue.pass(.seconds(4)).map(\.caller) == [caller])
        #expect(try queue.receive().isEmpty)
    }

    @Test func `a message that comes at the deadline is delivered`() throws {
        var queue = try StoreHarness()
        try queue.send("x", delay: .seconds(3))
        let caller = try queue.poll(.seconds(3))
        let deliveries = queue.pass(.seconds(3))
        #expect(try bodies(deliveries.first { $0.caller == caller }) == ["x"])
    }

    @Test func `who waits longest is served first, with as many as it takes`() throws {
        var queue = try StoreHarness()
        let first = try queue.poll(maximum: 2)
        let second = try queue.poll(maximum: 10)
        let third = try queue.poll()
        let entries = (0..<5).map { NewMessage(SendEntry(id: "\($0)", body: "\($0)")) }
        let (_, deliveries) = queue.deliveries(.sendBatch(entries, to: "q"))
        #expect(try bodies(deliveries.first { $0.caller == first }) == ["0", "1"])
        #expect(try bodies(deliveries.first { $0.caller == second }) == ["2", "3", "4"])
        #expect(!deliveries.contains { $0.caller == third })
        #expect(queue.store.view(of: "q")?.waiters == [third])
    }

    @Test func `a client that hung up gets nothing, and loses nothing for others`() throws {
        var queue = try StoreHarness()
        let gone = try queue.poll()
        let patient = try queue.poll()
        queue.store.hangUp(gone)
        let entry = NewMessage(SendEntry(id: "", body: "x"))
        let (_, deliveries) = queue.deliveries(.send(entry, to: "q"))
        #expect(!deliveries.contains { $0.caller == gone })
        #expect(try bodies(deliveries.first { $0.caller == patient }) == ["x"])
        queue.store.hangUp(gone)
        queue.store.hangUp(patient)
        #expect(queue.store.nextWakeUp() == nil)
    }

    @Test func `a stop ends all waits with nothing`() throws {
        var queue = try StoreHarness()
        try queue.create("other")
        let callers = [try queue.poll(), try queue.poll(from: "other"), try queue.poll()]
        let deliveries = queue.store.endAllWaits()
        #expect(deliveries.map(\.caller) == callers)
        for delivery in deliveries { #expect(try bodies(delivery) == []) }
        #expect(queue.store.endAllWaits().isEmpty)
        #expect(queue.store.nextWakeUp() == nil)
    }

    @Test func `deleting a queue ends its waits with an error`() throws {
        var queue = try StoreHarness()
        try queue.create("other")
        let caller = try queue.poll()
        let other = try queue.poll(from: "other")
        let (_, deliveries) = queue.deliveries(.deleteQueue("q"))
        let ended = try #require(deliveries.first { $0.caller == caller })
        #expect(throws: StoreError.self) { _ = try ended.answer.get() }
        #expect(!deliveries.contains { $0.caller == other })
    }

    @Test func `waits in one queue do not see what comes to another`() throws {
        var queue = try StoreHarness()
        try queue.create("other")
        let caller = try queue.poll()
        try queue.send("x", to: "other")
        let entry = NewMessage(SendEntry(id: "", body: "y"))
        let (_, deliveries) = queue.deliveries(.send(entry, to: "q"))
        #expect(try bodies(deliveries.first { $0.caller == caller }) == ["y"])
    }

    @Test func `a message deleted while it was due wakes nobody`() throws {
        var queue = try StoreHarness()
        try queue.send("x")
        let held = try #require(try queue.receive(visibility: .seconds(5)).first)
        let caller = try queue.poll(.seconds(20))
        try queue.delete(held)
        #expect(queue.pass(.seconds(19)).isEmpty)
        #expect(queue.pass(.seconds(1)).map(\.caller) == [caller])
    }
}
