import SubscriberEngine

/// Runs that are not about faults but about what is to be had without them.
package enum Scenario: String, Sendable, CaseIterable {
    /// A day of an empty queue.
    case idle
    /// A backlog, handled as fast as it goes.
    case busy
    /// Two daemons, handlers that take three times the visibility timeout, no faults.
    case duplicates
    /// 200 groups of 50 messages, of which a tenth fails, against one group alone.
    case groups
    /// Handlers that cannot work for a minute to a day, and what that costs their messages.
    case unavailable
    /// Quick handlers that become slow for a while, with a network between them and the queue.
    case pace
    /// Bad messages ahead of good ones, and a handler that fails everything for ten minutes.
    case failures

    /// Any will do: nothing here depends on chance.
    static let seed: UInt64 = 5
    static let day = Duration.seconds(24 * 3600)

    /// What came out, in a line, and what is wrong with it.
    package struct Report: Sendable {
        package var summary: String
        package var failures: [String]
    }

    /// - Parameter messages: how many, where the scenario has any.
    package func run(messages: Int = 10_000) -> Report {
        switch self {
        case .idle: Self.runIdle()
        case .busy: Self.runBusy(messages)
        case .duplicates: Self.runDuplicates(messages)
        case .groups: Self.runGroups(messages)
        case .unavailable: Self.runUnavailable()
        case .pace: Self.runPace(messages)
        case .failures: Self.runFailures()
        }
    }

    /// One receive per 20 s, and the attributes every five minutes.
    private static func runIdle() -> Report {
        var plan = Plan()
        plan.messages = 0
        plan.trouble = .zero
        let world = World(seed: seed, plan: plan)
        world.run(for: day)
        let reads = world.hosts[0].attributeReads
        let receives = world.hosts[0].requests - reads
        var report = Report(
            summary: "24 h idle: \(receives) receives, \(reads) attribute reads",
            failures: world.violations.map(\.description))
        // Each answer takes some milliseconds, so that the day ends before the last of them.
        if !(4_310...4_320).contains(receives) {
            report.failures.append("4320 receives were expected, or a few less")
        }
        if !(287...289).contains(reads) {
            report.failures.append("the attributes were to be read 288 times")
        }
        return report
    }

    private static func runBusy(_ messages: Int) -> Report {
        var plan = Plan()
        plan.messages = messages
        plan.publishing = .milliseconds(1)
        plan.slots = 64
        plan.concurrency = 40
        plan.slowestHandler = .milliseconds(1)
        let world = World(seed: seed, plan: plan)
        world.runToEnd()
        let requests = Double(world.hosts[0].requests) / Double(messages)
        var report = Report(
            summary: "\(messages) messages: \(requests) requests per message",
            failures: world.violations.map(\.description))
        if requests > 0.26 { report.failures.append("0.26 at most were expected") }
        return report
    }

    private static func runDuplicates(_ messages: Int) -> Report {
        var failures: [String] = []
        var runs = 0
        for isFIFO in [false, true] {
            var plan = Plan()
            plan.isFIFO = isFIFO
            plan.hosts = 2
            plan.messages = messages
            plan.groups = 400
            plan.slots = 64
            plan.concurrency = 64
            plan.queueTimeout = .seconds(5)
            plan.slowestHandler = .seconds(15)
            plan.trouble = .seconds(messages)
            let world = World(seed: seed, plan: plan)
            world.runToEnd()
            failures += world.violations.map(\.description)
            runs += world.tally.runs
        }
        if runs != 2 * messages { failures.append("\(runs) runs of \(2 * messages) messages") }
        return Report(
            summary: "\(messages) messages each of a standard and a FIFO queue: \(runs) runs",
            failures: failures)
    }

    private static func runGroups(_ messages: Int) -> Report {
        let many = runGroups(messages, groups: max(1, messages / 50))
        let one = runGroups(min(50, messages), groups: 1)
        let gain = many.rate / one.rate
        var report = Report(
            summary: "\(messages / 50) groups of 50: \(Int(gain)) times the throughput of one",
            failures: many.failures + one.failures)
        if gain < 20 { report.failures.append("20 times the throughput was expected") }
        return report
    }

    private static func runGroups(
        _ messages: Int, groups: Int
    ) -> (rate: Double, failures: [String]) {
        var plan = Plan()
        plan.isFIFO = true
        plan.messages = messages
        plan.groups = groups
        plan.publishing = .milliseconds(1)
        plan.trouble = .seconds(3600)
        plan.slots = 64
        plan.concurrency = 64
        plan.slowestHandler = .milliseconds(200)
        plan.handlerFails = 0.1
        plan.retry = .delays([.seconds(1)])
        let world = World(seed: seed, plan: plan)
        world.runToEnd()
        let time = world.lastLeft.sinceStart / .seconds(1)
        return (Double(messages) / time, world.violations.map(\.description))
    }
}
