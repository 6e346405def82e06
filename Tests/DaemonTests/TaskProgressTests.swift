import Daemon
import Testing

@Suite struct TaskProgressTests {
    private static let base = 1_800_000_000
    private static let bound = TaskProgress.longestCorrection

    /// What the clock shows, one look after the other; after each, what the task has come to.
    @Test(arguments: [
        // The clock goes its way, or is corrected a little.
        ([0, 60, 3_600], [0, 0, 0], []),
        ([0, -60, -bound], [0, 0, 0], []),
        // What was reached by a clock that is far behind now does not count, and is said once.
        ([-bound - 1, -bound + 60], [-bound - 1, -bound - 1], [0]),
        ([-bound - 1, -2 * bound - 2], [-bound - 1, -2 * bound - 2], [0, -bound - 1]),
        // It does, when the clock is there at once after all.
        ([-bound - 1, -2 * bound - 2, 60], [-bound - 1, -2 * bound - 2, 0], [0, -bound - 1]),
    ])
    func `a task goes on by the clock`(looks: [Int], reached: [Int], said: [Int]) {
        var progress = TaskProgress(last: Self.base)
        var answers: [Int] = []
        for (look, last) in zip(looks, reached) {
            if let former = progress.look(at: Self.base + look) { answers.append(former) }
            #expect(progress.last == Self.base + last)
        }
        #expect(answers == said.map { Self.base + $0 })
    }

    @Test func `what a wrong clock had reached silences no task when that time comes`() {
        var progress = TaskProgress(last: Self.base)
        var now = Self.base - 10 * 3_600
        #expect(progress.look(at: now) == Self.base)
        while now < Self.base + 3_600 {
            now += 600
            progress.reach(now)
            #expect(progress.look(at: now) == nil)
            #expect(progress.last == now)
        }
    }
}
