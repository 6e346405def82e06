import EmbeddedQueue
import SQS
import Testing

/// A store with a clock that only the test moves.
struct StoreHarness {
    var store: QueueStore
    var now = StoreInstant.seconds(1_000_000)
    private var callers: UInt64 = 0

    init(seed: UInt64, isStrict: Bool = false) {
        store = QueueStore(seed: seed, isStrict: isStrict, keepsHistory: true)
    }

    /// A store with one queue, `q` or `q.fifo`.
    init(fifo: Bool = false, _ settings: [QueueSetting] = []) throws {
        self.init(seed: 1)
        if fifo {
            try create("q.fifo", [.fifo(true), .contentBasedDeduplication(true)] + settings)
        } else {
            try create("q", settings)
        }
    }

    /// Everything that the call delivers, its own answer among it.
    mutating func deliveries(_ request: StoreRequest) -> (caller: CallerID, [StoreDelivery]) {
        callers += 1
        let caller = CallerID(callers)
        return (caller, store.handle(request, from: caller, at: now))
    }

    /// The answer to a request that does not have to wait.
    @discardableResult
    mutating func ask(_ request: StoreRequest) throws -> StoreAnswer {
        let (caller, deliveries) = deliveries(request)
        let own = try #require(deliveries.first { $0.caller == caller }, "it waits")
        return try own.answer.get()
    }

    /// Lets time pass, waking the store when it asks for it.
    @discardableResult
    mutating func pass(_ duration: Duration) -> [StoreDelivery] {
        let end = now + duration
        var deliveries: [StoreDelivery] = []
        while let wakeUp = store.nextWakeUp(), wakeUp <= end {
            now = max(now, wakeUp)
            deliveries += store.advance(to: now)
        }
        now = end
        return deliveries
    }
}

extension StoreHarness {
    mutating func create(_ name: String, _ settings: [QueueSetting] = []) throws {
        try ask(.createQueue(name: name, settings: settings))
    }

    @discardableResult
    mutating func send(
        _ body: String, group: String? = nil, id: String? = nil, delay: Duration? = nil,
        to queue: String = "q"
    ) throws -> SentMessage {
        let entry = SendEntry(
            id: "", body: body, delay: delay, groupID: group, deduplicationID: id)
        let answer = try ask(.send(NewMessage(entry), to: queue))
        guard case .sent(let sent) = answer else { throw UnexpectedAnswer(answer) }
        return sent
    }

    mutating func receive(
        _ maximum: Int = 10, visibility: Duration? = nil, attempt: String? = nil,
        from queue: String = "q"
    ) throws -> [DeliveredMessage] {
        let receive = StoreReceive(
            maximumMessages: maximum, waitTime: .zero, visibilityTimeout: visibility,
            attemptID: attempt)
        return try messages(try ask(.receive(receive, from: queue)))
    }

    /// A long poll that finds nothing yet.
    mutating func poll(
        _ wait: Duration = .seconds(20), maximum: Int = 10, attempt: String? = nil,
        from queue: String = "q"
    ) throws -> CallerID {
        let receive = StoreReceive(
            maximumMessages: maximum, waitTime: wait, attemptID: attempt)
        let (caller, answers) = deliveries(.receive(receive, from: queue))
        try #require(!answers.contains { $0.caller == caller }, "it does not wait")
        return caller
    }

    mutating func delete(_ message: DeliveredMessage, from queue: String = "q") throws {
        try ask(.delete(receiptHandle: message.receiptHandle, from: queue))
    }

    mutating func change(
        _ message: DeliveredMessage, _ timeout: Duration, in queue: String = "q"
    ) throws {
        try ask(
            .changeVisibility(
                receiptHandle: message.receiptHandle, timeout: timeout, in: queue))
    }

    /// Visible, in flight, delayed.
    mutating func counts(_ queue: String = "q") throws -> [Int] {
        let answer = try ask(.describeQueue(queue))
        guard case .description(let found) = answer else { throw UnexpectedAnswer(answer) }
        return [found.visible, found.inFlight, found.delayed]
    }
}

/// The bodies that a delivery brings; throws where it is an error.
func messages(_ answer: StoreAnswer) throws -> [DeliveredMessage] {
    guard case .received(let messages) = answer else { throw UnexpectedAnswer(answer) }
    return messages
}

func bodies(_ delivery: StoreDelivery?) throws -> [String] {
    try messages(try #require(delivery).answer.get()).bodies
}

extension [DeliveredMessage] {
    var bodies: [String] { map(\.content.body) }
}

/// The code with which the store refuses.
func refusal(_ work: () throws -> Void) -> SQSErrorCode? {
    do {
        try work()
        return nil
    } catch let error as StoreError {
        return error.code
    } catch {
        Issue.record(error)
        return nil
    }
}

struct UnexpectedAnswer: Error {
    let answer: StoreAnswer

    init(_ answer: StoreAnswer) {
        self.answer = answer
    }
}
