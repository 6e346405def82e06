import Simulation
import Synchronization

/// Runs seeds on every core, each seed by itself, until all are done, the time is over or too many
/// have failed.
final class Seeds: Sendable {
    /// More failures than these say nothing new.
    private static let enough = 3

    private struct State {
        var next: UInt64
        var done = 0
        var failed: [Violation] = []
        var tally = Tally()
    }

    private let state: Mutex<State>
    private let end: UInt64?
    private let deadline: ContinuousClock.Instant?

    init(_ options: Options) {
        state = Mutex(State(next: options.base))
        deadline = options.minutes.map { .now + .seconds($0 * 60) }
        end = options.minutes == nil ? options.base + options.seeds : nil
    }

    func run(tasks: Int) async {
        await withDiscardingTaskGroup { group in
            for _ in 0..<tasks { group.addTask { self.work() } }
        }
    }

    private func work() {
        while let seed = take() {
            let result = SeedResult(seed: seed)
            state.withLock { state in
                state.done += 1
                state.tally += result.tally
                if let first = result.violations.first { state.failed.append(first) }
            }
        }
    }

    private func take() -> UInt64? {
        state.withLock { state in
            if let end, state.next >= end { return nil }
            if let deadline, .now >= deadline { return nil }
            guard state.failed.count < Self.enough else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    /// The first violation of each seed that failed, in the order of the seeds.
    var failures: [Violation] { state.withLock { $0.failed.sorted { $0.seed < $1.seed } } }
    var done: Int { state.withLock { $0.done } }
    var tally: Tally { state.withLock { $0.tally } }
}
