import SubscriberEngine
import Testing

@Suite struct JitterTests {
    @Test func `one seed gives one sequence`() {
        var first = Jitter(seed: 7)
        var second = Jitter(seed: 7)
        #expect((0..<20).map { _ in first.next() } == (0..<20).map { _ in second.next() })
    }

    /// The first output of the reference implementation for seed 1234567.
    @Test func `the sequence is the published one`() {
        var jitter = Jitter(seed: 1_234_567)
        #expect(jitter.next() == 6_457_827_717_110_365_317)
    }

    @Test func `fractions are at least zero and below one`() {
        var jitter = Jitter(seed: 1)
        let fractions = (0..<10_000).map { _ in jitter.fraction() }
        #expect(fractions.allSatisfy { (0..<1).contains($0) })
        #expect(abs(fractions.reduce(0, +) / 10_000 - 0.5) < 0.02)
    }
}
