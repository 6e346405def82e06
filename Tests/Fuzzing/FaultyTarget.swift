import Glibc
import TestKit

/// Targets with a fault each, at one seed, for which a campaign has to be seen to tell.
struct FaultyTarget: FuzzTarget {
    enum Fault: String, CaseIterable {
        case dies, hangs, grows, exits
        case isWrong = "is-wrong"
    }

    let fault: Fault
    var name: String { "faulty-\(fault.rawValue)" }
    let corpus: [[UInt8]] = []
    let words: [String] = []

    private static let seed: UInt64 = 7

    static let all = Fault.allCases.map { FaultyTarget(fault: $0) }

    func input(_ random: inout SeededGenerator) -> [UInt8] { [] }

    func input(ofSeed seed: UInt64) -> [UInt8] { seed == Self.seed ? [1] : [] }

    func run(_ input: [UInt8]) async -> Verdict {
        guard input == [1] else { return .accepted }
        switch fault {
        case .dies: return input[input.count] == 0 ? .accepted : .refused
        case .hangs:
            var number = SeededGenerator(seed: 1)
            while number.next() != 0 || number.next() != 0 {}
        case .grows:
            var held: [[UInt8]] = []
            while poll(nil, 0, 1) == 0 { held.append([UInt8](repeating: 1, count: 1 << 20)) }
            return held.isEmpty ? .accepted : .refused
        case .exits: exit(9)
        case .isWrong: return .wrong("as it should be")
        }
        return .accepted
    }

    /// Whether each fault is told with its seed, and the seeds around it are tried all the same.
    static func tryCampaigns() throws -> Campaign.Result {
        var result = Campaign.Result(name: "self-test")
        for target in all {
            let campaign = Campaign(target: target, seeds: 0...20, deadline: nil)
            let found = try campaign.run(notes: Campaign.freshNotes)
            result.inputs += found.inputs
            result.seconds += found.seconds
            let told = found.failures.map { "\($0.seed) \($0.problem)" }.joined(separator: ", ")
            let isTold =
                found.failures.count == 1 && found.failures[0].seed == seed
                && found.failures[0].problem.contains(target.words(of: target.fault))
            let start = told.prefix { $0 != "\n" }
            print("\(target.name): \(isTold ? "told" : "NOT TOLD"), \(start)")
            if !isTold || found.inputs != 21 {
                result.failures.append(
                    Campaign.Failure(seed: seed, problem: "\(target.name) is not told: \(told)"))
            }
        }
        return result
    }

    private func words(of fault: Fault) -> String {
        switch fault {
        case .dies: "signal "
        case .hangs: "takes longer than"
        case .grows: "MiB"
        case .exits: "ended with 9"
        case .isWrong: "as it should be"
        }
    }
}
