import Simulation
import Testing

/// A few seeds, and that a seed makes its run. `Tests/simulate` runs thousands, optimised.
@Suite struct SimulationTests {
    @Test(arguments: 0..<UInt64(12))
    func `whatever fails, every invariant holds at every step`(seed: UInt64) {
        #expect(SeedResult(seed: seed).violations.map(\.description) == [])
    }

    /// Seeds that have found something: in the engine a handler run again before the answer to a
    /// release (2), a release given up too soon (5), a delete by a void handle (855) and a gate
    /// shut for good by a removed handler (3359); in the checks the others.
    @Test(
        arguments: [2, 5, 268, 368, 855, 932, 2_691, 3_359, 4_254, 5_599, 14_396, 23_539]
            as [UInt64])
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
