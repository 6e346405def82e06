import SubscriberEngine

/// How much of what the workers can do comes about across a network.
extension Scenario {
    private static let workers = 20
    /// Each run takes half of it, about.
    private static let longestRun = Duration.milliseconds(20)
    /// The handlers take some tenths of a second for so long.
    private static let spell = Duration.seconds(10)
    private static let leastShare = 0.85

    /// Once at one pace, and once with a time in which the handlers are slow: what came before it
    /// and after it is the same.
    static func runPace(_ messages: Int) -> Report {
        let steady = run(messages, slowly: false)
        let disturbed = run(messages, slowly: true)
        let ideal = Double(messages) * (longestRun / .seconds(2)) / Double(workers)
        // What is handled in the spell is no more than the workers begin in it.
        let share = ideal / steady.seconds
        let shareAround = ideal / max(ideal / 2, disturbed.seconds - spell / .seconds(1))
        var report = Report(
            summary: "\(workers) workers do \(percent(share)) of what they can, "
                + "\(percent(shareAround)) around a slow spell",
            failures: steady.failures + disturbed.failures)
        if share < leastShare || shareAround < leastShare {
            report.failures.append("\(percent(leastShare)) was expected")
        }
        return report
    }

    private static func percent(_ share: Double) -> String { "\(Int(share * 100)) %" }

    private static func run(
        _ messages: Int, slowly: Bool
    ) -> (seconds: Double, failures: [String]) {
        var plan = Plan()
        plan.messages = messages
        plan.publishing = .milliseconds(1)
        plan.slots = 64
        plan.concurrency = workers
        plan.slowestHandler = longestRun
        plan.maximumPollers = QueueSettings.defaultMaximumPollers
        if slowly {
            let from = Instant.start + .seconds(1)
            plan.slowSpells = [Plan.Window(host: nil, from: from, until: from + spell)]
            plan.slowness = 20
        }
        let world = World(seed: seed, plan: plan)
        world.runToEnd()
        return (world.lastLeft.sinceStart / .seconds(1), world.violations.map(\.description))
    }
}
