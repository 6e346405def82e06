import SQS
package import SubscriberEngine

/// Swarm testing (Groce and others, 2012): each seed picks its own mix and leaves most faults out,
/// since faults hide one another when all of them happen in every run.
extension Plan {
    /// One run in so many takes days of virtual time, for handlers beyond the 12 hours.
    private static let marathonPart: UInt64 = 32

    package init(_ chance: inout Jitter) {
        self.init()
        drawQueue(&chance)
        drawHandlers(&chance)
        drawNetwork(&chance)
        drawService(&chance)
        drawIncidents(&chance)
        drawRefusals(&chance)
        drawConfiguration(&chance)
        if chance.next() % Self.marathonPart == 0 { makeMarathon(&chance) }
    }

    private mutating func drawQueue(_ chance: inout Jitter) {
        isFIFO = chance.pick([true, false])
        hosts = chance.pick([1, 1, 2, 3])
        slots = chance.pick([2, 4, 16, 40])
        messages = chance.pick([10, 40, 40, 80, 80, 160, 400])
        groups = chance.pick([1, 3, 10])
        publishing = .seconds(chance.pick([1, 60, 150]))
        queueTimeout = .seconds(chance.pick([2, 3, 10, 30]))
        configuredTimeout = chance.pick([nil, nil, nil, .seconds(5), .seconds(20)])
        mayReadAttributes = chance.pick([true, true, true, true, false])
        hasNeighbour = chance.pick([true, false])
        hasDeadLetterQueue = chance.pick([true, false])
        maximumReceives = chance.pick([nil, nil, nil, 5])
        if chance.pick([true, false, false]) {
            timeoutChanges.append(
                (chance.moment(in: trouble), .seconds(chance.pick([0, 2, 5, 30, 60]))))
        }
    }

    private mutating func drawHandlers(_ chance: inout Jitter) {
        handlerCount = chance.pick([1, 1, 2, 3])
        concurrency = chance.pick([1, 3, 8, 30])
        slowestHandler = chance.pick([
            .milliseconds(5), .milliseconds(500), .seconds(8), .seconds(30),
        ])
        handlerFails = chance.pick([0, 0.1, 0.5])
        handlerUnavailable = chance.pick([0, 0, 0.05])
        handlerHangs = chance.pick([0, 0, 0, 0.02])
        ignoreCancel = chance.pick([0, 0.3])
        onLeaseLost = chance.pick([
            [.cancel], [.cancel], [.continue], [.cancel, .continue], [.continue, .cancel],
        ])
        retry = chance.pick([
            .visibilityTimeout, .exponential(initial: .seconds(1), maximum: .seconds(10)),
            .delays([.zero, .seconds(4)]),
        ])
        if chance.pick([true, false, false, false]) {
            let handler = HandlerID(Int(chance.next() % UInt64(handlerCount)))
            let window = chance.window(in: trouble, longest: .seconds(100), host: nil)
            breakdowns.append(Breakdown(handler: handler, window: window))
            breakdownIsSeen = chance.pick([0, 0.5, 1])
        }
        groupBatch = isFIFO ? chance.pick([1, 1, 3, 10]) : 1
        badMessages = chance.pick([0, 0, 0, 0, 0, 5, 40])
        // They have to leave the queue some day.
        if maximumReceives == nil || isFIFO { badMessages = 0 }
        if chance.next() % 4 == 0 {
            slowSpells.append(chance.window(in: trouble, longest: .seconds(60), host: nil))
            slowness = chance.pick([20, 100, 1_000])
        }
        if chance.next() % 8 == 0 {
            failing.append(chance.window(in: trouble, longest: .seconds(100), host: nil))
        }
    }

    private mutating func drawNetwork(_ chance: inout Jitter) {
        loseRequest = chance.pick([0, 0, 0.05, 0.3])
        loseAnswer = chance.pick([0, 0, 0.05, 0.3])
        slowAnswer = chance.pick([0, 0, 0.1])
        slowRequest = chance.pick([0, 0, 0, 0.05])
        echo = chance.pick([0, 0, 0, 0.05])
        noticesHangUps = chance.pick([true, false])
        if chance.pick([true, false, false]) {
            let host = Int(chance.next() % UInt64(hosts))
            partitions.append(chance.window(in: trouble, longest: .seconds(90), host: host))
        }
    }

    private mutating func drawService(_ chance: inout Jitter) {
        throttle = chance.pick([0, 0, 0.1])
        entryFails = chance.pick([0, 0, 0.1, 0.5])
        duplicate = isFIFO ? 0 : chance.pick([0, 0, 0.1])
        let host = Int(chance.next() % UInt64(hosts))
        func sometimes(_ longest: Int64, _ host: Int?) -> [Window] {
            guard chance.next() % 4 == 0 else { return [] }
            return [chance.window(in: trouble, longest: .seconds(longest), host: host)]
        }
        throttling = sometimes(30, nil)
        expiredCredentials = sometimes(60, host)
        wrongClocks = sometimes(60, host)
        for window in sometimes(120, nil) {
            refusals.append(Refusal(activity: .delete, kind: .denied, window: window))
        }
        if chance.pick([true, false, false, false]) {
            serviceClockJumps.append(
                (chance.moment(in: trouble), .seconds(chance.pick([-20, -3, 5, 40]))))
        }
    }

    private mutating func drawIncidents(_ chance: inout Jitter) {
        func some(_ counts: [Int]) -> [Incident] {
            (0..<chance.pick(counts)).map { _ in
                let host = Int(chance.next() % UInt64(hosts))
                return Incident(host: host, at: chance.moment(in: trouble))
            }
        }
        stops = some([0, 1, 2])
        kills = some([0, 0, 1, 3])
        reloads = some([0, 1, 3])
        departures = some([0, 0, 1, 3])
    }

    private mutating func drawConfiguration(_ chance: inout Jitter) {
        maximumPollers = chance.pick([4, 8, 2, 1, 64])
        gathersResults = chance.pick([true, false])
        messagesPerSecond = chance.pick([nil, nil, nil, nil, 0.5, 2, 15])
        weight = chance.pick([1, 1, 3])
        priority = chance.pick([0, 0, 1])
        reloadsQueue = chance.pick([true, false])
        matching = chance.pick([.all, .all, .one, .allOrNone])
        unmatched = chance.pick(UnmatchedPolicy.allCases)
        // What nothing matches has to leave the queue some day, and not to hold up its group.
        let isTaken = unmatched == .delete || unmatched == .reject && hasDeadLetterQueue
        let isRedriven = maximumReceives != nil && !isFIFO
        if matching == .allOrNone, !isTaken, !isRedriven { matching = .all }
    }

    /// The queue is not there, a policy is wrong, or something on the way spoils requests.
    private mutating func drawRefusals(_ chance: inout Jitter) {
        let choices: [(Activity?, SQSError.Kind)] = [
            (.receive, .denied), (.visibility, .denied), (nil, .missing), (.receive, .malformed),
            (.visibility, .malformed), (.delete, .malformed), (nil, .malformed),
        ]
        for (activity, kind) in choices where chance.next() % 16 == 0 {
            let window = chance.window(in: trouble, longest: .seconds(60), host: nil)
            refusals.append(Refusal(activity: activity, kind: kind, window: window))
        }
    }

    private mutating func makeMarathon(_ chance: inout Jitter) {
        messages = 4
        slowestHandler = .seconds(13 * 3600)
        slowSpells = []
        trouble = .seconds(20 * 3600)
        queueTimeout = .seconds(chance.pick([600, 3600, 43_200]))
        configuredTimeout = nil
        timeoutChanges = []
        serviceClockJumps = []
        hasNeighbour = false
        mayReadAttributes = true
        matching = .all
        reloadsQueue = false
        loseRequest = min(loseRequest, 0.05)
        loseAnswer = min(loseAnswer, 0.05)
    }
}

extension Jitter {
    mutating func pick<T>(_ choices: [T]) -> T {
        choices[Int(next() % UInt64(choices.count))]
    }

    mutating func moment(in span: Duration) -> Instant {
        .start + span * 0.9 * fraction()
    }

    /// A window that ends before the span does.
    mutating func window(in span: Duration, longest: Duration, host: Int?) -> Plan.Window {
        let from = moment(in: span)
        let until = min(from + longest * fraction(), .start + span)
        return Plan.Window(host: host, from: from, until: until)
    }
}
