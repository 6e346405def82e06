import SubscriberEngine

/// What handlers in trouble cost the messages that did nothing wrong.
extension Scenario {
    /// One receive for a cause that the handler sees when it is asked, and the logarithm of the
    /// time for one that it does not see; one more each for the receive that handles the message.
    static func runUnavailable() -> Report {
        var failures: [String] = []
        var costs: [String] = []
        for minutes in [1, 30, 240, 1_200] {
            for isSeen in [true, false] {
                for isFIFO in [false, true] {
                    let world = unavailable(.seconds(60 * minutes), isSeen, isFIFO)
                    let most = world.messages.map(\.receives).max() ?? 0
                    failures += world.violations.map(\.description)
                    costs.append("\(minutes) min \(isSeen ? "seen" : "unseen"): \(most)")
                    let limit = isSeen ? 2 : 2 + keeps(in: minutes)
                    if most > limit {
                        failures.append("\(minutes) min: \(most) receives, \(limit) are allowed")
                    }
                }
            }
        }
        return Report(
            summary: "receives of one message: \(costs.joined(separator: ", "))",
            failures: failures)
    }

    private static func unavailable(
        _ time: Duration, _ isSeen: Bool, _ isFIFO: Bool
    ) -> World {
        var plan = Plan()
        plan.isFIFO = isFIFO
        plan.messages = 5
        plan.publishing = .milliseconds(10)
        plan.queueTimeout = .seconds(30)
        plan.trouble = time
        plan.slowestHandler = .milliseconds(5)
        plan.breakdowns = [
            Plan.Breakdown(
                handler: HandlerID(0),
                window: Plan.Window(host: nil, from: .start, until: .start + time))
        ]
        plan.breakdownIsSeen = isSeen ? 1 : 0
        let world = World(seed: seed, plan: plan)
        world.runToEnd()
        return world
    }

    /// How many messages are kept in turn: for 15 min, 30, 60 and so on.
    private static func keeps(in minutes: Int) -> Int {
        var (count, end, length) = (0, 15, 15)
        while end <= minutes {
            count += 1
            length = min(length * 2, 480)
            end += length
        }
        return count
    }

    static func runFailures() -> Report {
        var report = runAllFail()
        for isFIFO in [false, true] {
            let usual = goodTime(bad: 0, isFIFO)
            let behind = goodTime(bad: 200, isFIFO)
            report.summary +=
                "; 400 good messages behind 200 bad ones take \(behind.ratio(to: usual)) times as "
                + "long as behind good ones"
            if behind > usual * 2 { report.failures.append("twice as long at most was expected") }
        }
        return report
    }

    /// Until the last of the good messages behind bad ones, or behind 200 good ones, was handled.
    private static func goodTime(bad: Int, _ isFIFO: Bool) -> Duration {
        var plan = failingPlan(messages: 600, isFIFO)
        plan.groups = 600
        plan.badMessages = bad
        let world = World(seed: seed, plan: plan)
        world.runToEnd()
        let last = world.messages.dropFirst(200).compactMap(\.finishedAt).max() ?? .start
        return last.sinceStart
    }

    private static func runAllFail() -> Report {
        var plan = failingPlan(messages: 1_000, false)
        plan.queueTimeout = .seconds(30)
        plan.trouble = .seconds(600)
        plan.failing = [Plan.Window(host: nil, from: .start, until: .start + .seconds(600))]
        let world = World(seed: seed, plan: plan)
        world.runToEnd()
        let dead = world.messages.count { $0.finishedAt == nil }
        let receives = world.messages.reduce(0) { $0 + $1.receives }
        var report = Report(
            summary: "a handler that fails all of 1000 messages for 10 min: \(dead) dead letters, "
                + "\(receives - 1_000 + dead) receives for nothing",
            failures: world.violations.map(\.description))
        if receives > 1_000 + 700 { report.failures.append("700 at most were expected") }
        return report
    }

    private static func failingPlan(messages: Int, _ isFIFO: Bool) -> Plan {
        var plan = Plan()
        plan.isFIFO = isFIFO
        plan.messages = messages
        plan.publishing = .milliseconds(1)
        plan.slots = 64
        plan.concurrency = 10
        plan.slowestHandler = .milliseconds(20)
        plan.maximumReceives = 3
        plan.retry = .delays([.seconds(2)])
        return plan
    }
}

extension Duration {
    fileprivate func ratio(to other: Duration) -> String {
        String(Double(Int(self / other * 100)) / 100)
    }
}
