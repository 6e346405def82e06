import Simulation
import Testing

/// What is promised where nothing fails, with fewer messages than `Tests/simulate` takes.
@Suite struct ScenarioTests {
    @Test func `an idle day costs 4320 receives, the attribute refresh and nothing else`() {
        #expect(Scenario.idle.run().failures == [])
    }

    @Test func `a busy queue costs about a fifth of a request per message`() {
        #expect(Scenario.busy.run(messages: 2_000).failures == [])
    }

    @Test func `workers do not wait for the network, before and after a slow spell`() {
        #expect(Scenario.pace.run(messages: 4_000).failures == [])
    }

    /// Two daemons, handlers that take three times the visibility timeout.
    @Test func `without faults every message runs exactly once`() {
        #expect(Scenario.duplicates.run(messages: 400).failures == [])
    }

    @Test func `groups keep their order side by side`() {
        #expect(Scenario.groups.run(messages: 4_000).failures == [])
    }
}
