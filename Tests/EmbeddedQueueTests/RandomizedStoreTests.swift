import EmbeddedQueue
import SQS
import TestKit
import Testing

/// Random requests against the store, and after each the promises that hold whatever the requests.
@Suite struct RandomizedStoreTests {
    @Test(arguments: 0..<60 as Range<UInt64>)
    func `no order of requests breaks the store's promises`(seed: UInt64) throws {
        var run = try Run(seed: seed, fifo: seed % 2 == 1)
        for _ in 0..<400 {
            try run.step()
            try run.check()
        }
        try run.finish()
    }
}

private struct Run {
    let name: String
    let fifo: Bool
    var queue: StoreHarness
    var random: SeededGenerator
    var sent: Set<String> = []
    var groups: [String: String] = [:]
    var order: [String: [String]] = [:]
    var held: [DeliveredMessage] = []
    var waiting: Set<CallerID> = []
    var gone: Set<String> = []
    var visible: Set<String> = []
    var bodies = 0

    init(seed: UInt64, fifo: Bool) throws {
        name = fifo ? "q.fifo" : "q"
        self.fifo = fifo
        queue = try StoreHarness(
            fifo: fifo, [.visibilityTimeout(.seconds(8)), .retention(.seconds(120))])
        random = SeededGenerator(seed: seed)
    }

    mutating func step() throws {
        switch Int.random(in: 0..<10, using: &random) {
        case 0, 1, 2: try send()
        case 3, 4: try receive()
        case 5, 6: try useHandle { [name] in .delete(receiptHandle: $0, from: name) }
        case 7:
            let timeout = Duration.seconds(Int.random(in: 0...20, using: &random))
            try useHandle { [name] in
                .changeVisibility(receiptHandle: $0, timeout: timeout, in: name)
            }
        case 8:
            if let caller = waiting.sorted(by: { $0.number < $1.number }).first {
                queue.store.hangUp(caller)
                waiting.remove(caller)
            }
        default:
            try pass(.milliseconds(Int.random(in: 0...9_000, using: &random)))
        }
    }

    /// The state of every message follows from its history, and the counts from the states.
    mutating func check() throws {
        let (_, deliveries) = queue.deliveries(.describeQueue(name))
        try #require(deliveries.count == 1, "a look at the queue woke somebody")
        guard case .success(.description(let found)) = deliveries[0].answer else { return }
        let counts = [found.visible, found.inFlight, found.delayed]
        let view = try #require(queue.store.view(of: name))
        var byState = [0, 0, 0]
        for message in view.messages {
            switch message.state {
            case .visible: byState[0] += 1
            case .inFlight: byState[1] += 1
            case .delayed: byState[2] += 1
            }
        }
        #expect(byState == counts)
        let history = queue.store.takeHistory(of: name)
        try follow(history)
        #expect(Set(view.messages.map(\.id)).union(gone) == sent)
        #expect(Set(view.waiters) == waiting)
        if !waiting.isEmpty {
            #expect(fifo || counts[0] == 0, "a message is visible while somebody waits")
            #expect(queue.store.nextWakeUp() != nil)
        }
    }

    /// Everything comes, or is gone, when nobody holds anything any more.
    mutating func finish() throws {
        try pass(.seconds(30))
        #expect(waiting.isEmpty)
        while case let messages = try queue.receive(from: name), !messages.isEmpty {
            for message in messages { try queue.delete(message, from: name) }
        }
        try check()
        #expect(gone == sent)
    }

    private mutating func follow(_ history: [QueueEvent]) throws {
        for event in history {
            let id = event.messageID
            switch event.kind {
            case .sent: sent.insert(id)
            case .visible: visible.insert(id)
            case .received:
                let isFirst = groups[id] != nil
                #expect(visible.remove(id) != nil || isFirst, "received while in flight")
                try checkOrder(of: id)
                if let group = groups.removeValue(forKey: id) { order[group, default: []] += [id] }
            case .deleted, .expired, .purged:
                gone.insert(id)
                visible.remove(id)
            case .changedByOlderHandle: break
            case .deadLettered, .moved, .arrivedDead:
                Issue.record("there is no dead-letter queue")
            }
        }
    }

    /// In a FIFO queue no message of the group that came before may be visible, to be overtaken.
    private func checkOrder(of id: String) throws {
        guard fifo, let messages = queue.store.view(of: name)?.messages,
            let place = messages.firstIndex(where: { $0.id == id })
        else { return }
        let overtaken = messages[..<place].filter {
            $0.groupID == messages[place].groupID && $0.state == .visible
                && messages[place].state != .visible
        }
        #expect(overtaken.isEmpty)
    }

    private mutating func send() throws {
        bodies += 1
        let group = "g\(Int.random(in: 0..<4, using: &random))"
        let delay: Duration? =
            fifo || Bool.random(using: &random)
            ? nil : .seconds(Int.random(in: 0...10, using: &random))
        let entry = SendEntry(id: "", body: "\(bodies)", delay: delay, groupID: group)
        let (caller, deliveries) = queue.deliveries(.send(NewMessage(entry), to: name))
        if case .success(.sent(let message))? = deliveries.first(where: { $0.caller == caller })?
            .answer
        {
            groups[message.id] = group
        }
        try take(deliveries.filter { $0.caller != caller })
    }

    private mutating func pass(_ duration: Duration) throws {
        let deliveries = queue.pass(duration)
        try take(deliveries)
    }

    private mutating func receive() throws {
        let receive = StoreReceive(
            maximumMessages: Int.random(in: 1...10, using: &random),
            waitTime: .seconds(Bool.random(using: &random) ? 0 : 15),
            attemptID: fifo && Bool.random(using: &random) ? "attempt" : nil)
        let (caller, deliveries) = queue.deliveries(.receive(receive, from: name))
        waiting.insert(caller)
        try take(deliveries)
    }

    private mutating func useHandle(_ request: (String) -> StoreRequest) throws {
        guard let message = held.randomElement(using: &random) else { return }
        let (caller, deliveries) = queue.deliveries(request(message.receiptHandle))
        try take(deliveries.filter { $0.caller != caller })
    }

    /// Every delivery is to somebody who waits, once.
    private mutating func take(_ deliveries: [StoreDelivery]) throws {
        for delivery in deliveries {
            #expect(waiting.remove(delivery.caller) != nil)
            held += try messages(delivery.answer.get())
        }
    }
}
