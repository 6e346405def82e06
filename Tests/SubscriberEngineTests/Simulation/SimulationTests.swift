import SubscriberEngine
import Testing

@Suite struct SimulationTests {
    /// Long after the trouble is over (240 s), so that the longest backoffs have passed.
    static let limit = Duration.seconds(5_000)
    static let seedsPerCase: UInt64 = 12

    @Test(arguments: 0..<UInt64(16))
    func `whatever fails, every invariant holds at every step`(block: UInt64) {
        for seed in (block * Self.seedsPerCase)..<((block + 1) * Self.seedsPerCase) {
            let world = World(seed: seed)
            world.run(for: Self.limit)
            world.checkEnd()
            #expect(world.violations == [], "the plan: \(world.plan)")
        }
    }

    @Test func `one seed is one run`() {
        let runs = (0..<2).map { _ in
            let world = World(seed: 11)
            world.recordsTrace = true
            world.run(for: .seconds(120))
            return world.trace.filter { $0.contains("→") }
        }
        #expect(runs[0] == runs[1])
        #expect(runs[0].count > 100)
    }

    /// Two daemons, handlers that take three times the visibility timeout, no faults.
    @Test(arguments: [false, true])
    func `without faults every message runs exactly once`(isFIFO: Bool) {
        var plan = Plan()
        plan.isFIFO = isFIFO
        plan.hosts = 2
        plan.messages = 200
        plan.groups = 20
        plan.queueTimeout = .seconds(5)
        plan.slowestHandler = .seconds(15)
        let world = World(seed: 5, plan: plan)
        world.run(for: .seconds(4_000))
        world.checkEnd()
        #expect(world.violations == [])
        #expect(world.runs.count == 200)
        #expect(world.runs.values.allSatisfy { $0 == 1 })
    }

    /// CONTRACT: one request per 20 s and queue, and the attributes now and again.
    @Test func `an idle day costs 4320 receives and nothing else`() {
        var plan = Plan()
        plan.messages = 0
        plan.trouble = .zero
        let world = World(seed: 3, plan: plan)
        world.run(for: .seconds(24 * 3600))
        #expect(world.violations == [])
        #expect((4_300...4_321).contains(world.hosts[0].requests))
    }

    /// A busy queue: full receives and full delete batches, about 0.2 requests per message.
    @Test func `a busy queue costs about a fifth of a request per message`() {
        var plan = Plan()
        plan.messages = 3_000
        plan.publishing = .milliseconds(1)
        plan.slots = 64
        plan.concurrency = 40
        plan.slowestHandler = .milliseconds(1)
        let world = World(seed: 3, plan: plan)
        world.run(for: .seconds(15))
        #expect(world.violations == [])
        #expect(world.queue.messages.isEmpty)
        #expect(world.hosts[0].requests < 3_000 * 26 / 100)
    }
}
