import Simulation
import Testing

/// A few seeds, and that a seed makes its run. `Tests/simulate` runs thousands, optimised.
@Suite struct SimulationTests {
    @Test(arguments: 0..<UInt64(12))
    func `whatever fails, every invariant holds at every step`(seed: UInt64) {
        #expect(SeedResult(seed: seed).violations.map(\.description) == [])
    }

    /// Seeds that have found something: two renewals that SQS takes in the wrong order (2758), and
    /// deliberate bugs that few seeds find (those of `unmatched-deleted` and
    /// `reload-keeps-pollers`). What was found in the engine has a test of the engine, too, as a
    /// seed makes another run whenever the simulation grows.
    @Test(arguments: [32, 175, 2_758] as [UInt64])
    func `what was found once stays mended`(seed: UInt64) {
        #expect(SeedResult(seed: seed).violations.map(\.description) == [])
    }

    @Test func `one seed is one run`() throws {
        let worlds = (0..<2).map { _ in
            let world = World(seed: 11, recordsTrace: true)
            world.runToEnd()
            return world
        }
        let traces = try worlds.map { try #require($0.trace) }
        #expect(traces[0].lines == traces[1].lines)
        #expect(traces[0].digest == traces[1].digest)
        #expect(traces[0].lines.count > 100)
    }

    @Test func `another seed is another run`() {
        let digests = Set(
            (0..<UInt64(4)).map { seed in
                let world = World(seed: seed, recordsTrace: true)
                world.run(for: .seconds(30))
                return world.trace?.digest
            })
        #expect(digests.count == 4)
    }
}
