import MessageHandling
import SQS
import SubscriberEngine

/// What one run is made of. Each seed picks its own mix, and leaves some faults out altogether.
struct Plan {
    var isFIFO = false
    var hosts = 1
    var slots = 16
    var messages = 60
    var groups = 5
    var publishing = Duration.seconds(60)
    /// Faults happen up to here; after it everything must come to its end.
    var trouble = Duration.seconds(240)
    var queueTimeout = Duration.seconds(10)
    var handlerCount = 1
    var concurrency = 8
    var slowestHandler = Duration.seconds(2)
    var hasNeighbour = false
    var hasDeadLetterQueue = false
    var retry = RetryPolicy.visibilityTimeout

    var loseRequest = 0.0
    var loseAnswer = 0.0
    var slowAnswer = 0.0
    var refuse = 0.0
    var entryFails = 0.0
    var duplicate = 0.0
    var handlerFails = 0.0
    var handlerUnavailable = 0.0
    var ignoreCancel = 0.0
    var onLeaseLost = LeaseLostPolicy.cancel
    var stops: [(Int, Instant)] = []
    var kills: [(Int, Instant)] = []
    var reloads: [(Int, Instant)] = []

    init() {}

    init(_ chance: inout Jitter) {
        func pick<T>(_ choices: [T]) -> T { choices[Int(chance.next() % UInt64(choices.count))] }
        isFIFO = pick([true, false])
        hosts = pick([1, 1, 2])
        slots = pick([2, 4, 16, 40])
        messages = pick([10, 40, 80])
        groups = pick([1, 3, 10])
        queueTimeout = .seconds(pick([2, 3, 10, 30]))
        handlerCount = pick([1, 1, 2, 3])
        concurrency = pick([1, 3, 8, 30])
        slowestHandler = pick([.milliseconds(5), .milliseconds(500), .seconds(8), .seconds(30)])
        hasNeighbour = pick([true, false])
        hasDeadLetterQueue = pick([true, false])
        retry = pick([
            .visibilityTimeout, .exponential(initial: .seconds(1), maximum: .seconds(10)),
            .delays([.zero, .seconds(4)]),
        ])
        loseRequest = pick([0, 0, 0.05, 0.3])
        loseAnswer = pick([0, 0, 0.05, 0.3])
        slowAnswer = pick([0, 0, 0.1])
        refuse = pick([0, 0, 0.1])
        entryFails = pick([0, 0, 0.1, 0.5])
        duplicate = isFIFO ? 0 : pick([0, 0, 0.1])
        handlerFails = pick([0, 0.1, 0.5])
        handlerUnavailable = pick([0, 0, 0.05])
        ignoreCancel = pick([0, 0.3])
        onLeaseLost = pick([.cancel, .cancel, .continue])
        let moment = { (chance: inout Jitter) in
            Instant.start + Duration.seconds(200) * chance.fraction()
        }
        if pick([true, false]) { stops.append((0, moment(&chance))) }
        if pick([true, false, false]) { kills.append((0, moment(&chance))) }
        if pick([true, false]) { reloads.append((0, moment(&chance))) }
    }

    var settings: SubscriptionSettings { settings(concurrency: concurrency) }

    private func settings(concurrency: Int) -> SubscriptionSettings {
        SubscriptionSettings(
            queue: QueueSettings(deadLetterQueueURL: hasDeadLetterQueue ? "dead" : nil),
            isFIFO: isFIFO,
            handlers: (0..<handlerCount).map {
                HandlerSettings(
                    id: HandlerID($0), name: "h\($0)", concurrency: concurrency, retry: retry,
                    onLeaseLost: onLeaseLost)
            })
    }

    /// The settings after a reload: another concurrency.
    func changed(_ chance: inout Jitter) -> SubscriptionSettings {
        settings(concurrency: 1 + Int(chance.next() % 12))
    }

    var handlers: [HandlerID] { (0..<handlerCount).map { HandlerID($0) } }
}
