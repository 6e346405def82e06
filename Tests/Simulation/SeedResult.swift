/// What one seed came to.
package struct SeedResult: Sendable {
    package let violations: [Violation]
    package let tally: Tally

    /// Runs one seed to its end.
    package init(seed: UInt64) {
        let world = World(seed: seed)
        world.runToEnd()
        self.init(of: world)
    }

    package init(of world: World) {
        violations = world.violations
        tally = world.finalTally
    }
}

extension World {
    package var finalTally: Tally {
        var sum = tally
        for host in hosts { sum.requests += host.requests }
        return sum
    }
}
