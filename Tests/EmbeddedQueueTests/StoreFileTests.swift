import EmbeddedQueue
import MessageHandling
import SQS
import TestKit
import Testing

/// Stores that were written down are there again.
@Suite struct StoreFileTests {
    @Test(arguments: 0..<20 as Range<UInt64>)
    func `whatever was done, the stores come back as they were`(seed: UInt64) throws {
        var run = try RandomRun(seed: seed)
        for step in 0..<200 {
            try run.step()
            if run.isSometimes(1, in: 4) { try run.kept.write() }
            guard step % 30 == 29 else { continue }
            try run.kept.write()
            let found = Findings(try run.kept.reloaded(), at: run.kept.now)
            let expected = Findings(run.kept.regions, at: run.kept.now)
            #expect(found.queues.keys.sorted() == expected.queues.keys.sorted())
            for (name, queue) in expected.queues {
                // Without what they are: it fills screens.
                let isSame = found.queues[name] == queue
                try #require(isSame, "\(name), step \(step)")
            }
            if run.isSometimes(1, in: 2) { try run.kept.restart() }
        }
    }

    @Test func `what was not written is as if it had not been`() throws {
        var kept = try KeptStores(seed: 1)
        kept.ask(.createQueue(name: "q"))
        try kept.write()
        kept.ask(.send(NewMessage(SendEntry(id: "", body: "x")), to: "q"))
        try kept.restart()
        #expect(kept.regions.stores[KeptStores.home]?.view(of: "q")?.messages.isEmpty == true)
    }

    @Test func `a handle of before deletes, and an id of before is a duplicate`() throws {
        var kept = try KeptStores(seed: 1)
        kept.ask(.createQueue(name: "q.fifo", settings: [.fifo(true)]))
        let entry = SendEntry(id: "", body: "x", groupID: "g", deduplicationID: "d")
        let message = NewMessage(entry)
        guard case .sent(let first)? = kept.ask(.send(message, to: "q.fifo")),
            case .received(let taken)? = kept.ask(.receive(StoreReceive(), from: "q.fifo"))
        else { throw Unexpected() }
        try kept.write()
        try kept.restart()
        let handle = try #require(taken.first).receiptHandle
        #expect(kept.ask(.delete(receiptHandle: handle, from: "q.fifo")) != nil)
        guard case .sent(let second)? = kept.ask(.send(message, to: "q.fifo")) else {
            throw Unexpected()
        }
        #expect(second == first)
        #expect(kept.regions.stores[KeptStores.home]?.view(of: "q.fifo")?.messages.isEmpty == true)
    }

    @Test func `a repeated receive gets what the lost answer of before the restart gave`() throws {
        var kept = try KeptStores(seed: 1)
        kept.ask(.createQueue(name: "q.fifo", settings: [.fifo(true)]))
        for body in ["1", "2"] {
            let entry = SendEntry(id: "", body: body, groupID: "g", deduplicationID: body)
            kept.ask(.send(NewMessage(entry), to: "q.fifo"))
        }
        let receive = StoreReceive(maximumMessages: 2, attemptID: "a")
        guard case .received(let first)? = kept.ask(.receive(receive, from: "q.fifo")) else {
            throw Unexpected()
        }
        try kept.write()
        try kept.restart()
        guard case .received(let second)? = kept.ask(.receive(receive, from: "q.fifo")) else {
            throw Unexpected()
        }
        #expect(second.map(\.receiptHandle) == first.map(\.receiptHandle))
        #expect(second.bodies == ["1", "2"])
    }

    @Test func `numbers of messages that came and went are not given again`() throws {
        var kept = try KeptStores(seed: 1)
        kept.ask(.createQueue(name: "q.fifo", settings: [.fifo(true)]))
        var numbers: [String?] = []
        for id in ["1", "2"] {
            let entry = SendEntry(id: "", body: "x", groupID: "g", deduplicationID: id)
            guard case .sent(let sent)? = kept.ask(.send(NewMessage(entry), to: "q.fifo")),
                case .received(let taken)? = kept.ask(.receive(StoreReceive(), from: "q.fifo"))
            else { throw Unexpected() }
            numbers.append(sent.sequenceNumber)
            kept.ask(.delete(receiptHandle: taken[0].receiptHandle, from: "q.fifo"))
            try kept.write()
            try kept.restart()
        }
        #expect(Set(numbers).count == 2)
    }

    @Test func `a name that is not free yet is not free after a restart either`() throws {
        var kept = try KeptStores(seed: 1, isStrict: true)
        kept.ask(.createQueue(name: "q"))
        kept.ask(.deleteQueue("q"))
        try kept.write()
        try kept.restart()
        #expect(kept.ask(.createQueue(name: "q")) == nil)
        kept.now = kept.now + .seconds(60)
        #expect(kept.ask(.createQueue(name: "q")) != nil)
    }

    @Test func `a reset leaves nothing in the file`() throws {
        var kept = try KeptStores(seed: 1)
        kept.ask(.createQueue(name: "q"))
        let body = String(repeating: "secret", count: 10_000)
        kept.ask(.send(NewMessage(SendEntry(id: "", body: body)), to: "q"))
        try kept.write()
        _ = kept.regions.reset()
        kept.ask(.createQueue(name: "other"))
        try kept.write()
        try kept.restart()
        #expect(kept.regions.stores[KeptStores.home]?.queueNames == ["other"])
        #expect(try !kept.holds("secret"))
    }

    private struct Unexpected: Error {}
}
