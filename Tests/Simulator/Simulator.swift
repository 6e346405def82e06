import FoundationEssentials
import Glibc
import Simulation

/// Runs simulations for `Tests/simulate`, which has the help. Exit 0 without a violation, 1 with
/// one, 64 where the command line cannot be read.
@main
struct Simulator {
    /// The end of a trace leads to its violation; `--seed` shows all of it.
    private static let traceEnd = 40

    static func main() async {
        do {
            let options = try Options(CommandLine.arguments.dropFirst())
            exit(try await run(options) ? EXIT_SUCCESS : EXIT_FAILURE)
        } catch {
            print("not understood: \(error.argument)")
            exit(EX_USAGE)
        }
    }

    private static func run(_ options: Options) async throws(Options.Unreadable) -> Bool {
        if let seed = options.seed { return show(seed) }
        if let name = options.scenario {
            guard let scenario = Scenario(rawValue: name) else {
                throw Options.Unreadable(argument: "--scenario \(name)")
            }
            return run(scenario)
        }
        return await runSeeds(options)
    }

    private static func show(_ seed: UInt64) -> Bool {
        let world = World(seed: seed, recordsTrace: true)
        world.runToEnd()
        print("\(world.plan)")
        for line in world.trace?.lines ?? [] { print(line) }
        for violation in world.violations { print(violation) }
        let digest = String(world.trace?.digest ?? 0, radix: 16)
        print("seed \(seed): \(world.violations.count) violations, trace \(digest)")
        return world.violations.isEmpty
    }

    private static func run(_ scenario: Scenario) -> Bool {
        let report = scenario.run()
        for failure in report.failures { print(failure) }
        print("\(scenario.rawValue): \(report.summary)")
        return report.failures.isEmpty
    }

    private static func runSeeds(_ options: Options) async -> Bool {
        let start = ContinuousClock.now
        let seeds = Seeds(options)
        await seeds.run(tasks: ProcessInfo.processInfo.activeProcessorCount)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        if let first = seeds.failures.first { explain(first) }
        for violation in seeds.failures { print(violation) }
        let tally = seeds.tally
        for cause in DuplicateCause.allCases {
            guard let count = tally.duplicates[cause] else { continue }
            print("duplicates, \(cause.rawValue): \(count), \(percent(count, tally.runs))")
        }
        print(
            "\(seeds.done) seeds in \(rounded(seconds)) s, \(seeds.failures.count) failed; "
                + "\(tally.messages) messages, \(tally.runs) runs, \(tally.requests) requests, "
                + "\(tally.events) events")
        return seeds.failures.isEmpty
    }

    /// The way to the violation, from a second run of its seed.
    private static func explain(_ violation: Violation) {
        let world = World(seed: violation.seed, recordsTrace: true)
        world.runToEnd()
        print("\(world.plan)")
        for line in (world.trace?.lines ?? []).suffix(traceEnd) { print(line) }
    }

    private static func percent(_ part: Int, _ whole: Int) -> String {
        "\(rounded(Double(part) / Double(max(1, whole)) * 100)) %"
    }

    private static func rounded(_ number: Double) -> Double {
        (number * 1_000).rounded() / 1_000
    }
}
