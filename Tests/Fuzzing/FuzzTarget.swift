import TestKit

/// Something of ours that reads what others wrote.
///
/// An input follows from its seed, and what happens to it from the input alone, so that a seed is
/// enough to see a failure again. A target may not crash, compute for more than five seconds
/// or keep the memory that it took.
protocol FuzzTarget: Sendable {
    /// In the command line and the results.
    var name: String { get }
    /// Inputs that are right, and what inputs once failed with. They are what is mutated.
    var corpus: [[UInt8]] { get }
    /// Words and numbers of the format, which are put in here and there.
    var words: [String] { get }

    /// An input to try. The standard one mutates the corpus.
    func input(_ random: inout SeededGenerator) -> [UInt8]

    /// The input of a seed. The standard one draws it with random numbers of the seed's own.
    func input(ofSeed seed: UInt64) -> [UInt8]

    /// Reads an input.
    func run(_ input: [UInt8]) async -> Verdict
}

/// What a target made of an input.
enum Verdict: Sendable, Equatable {
    case accepted
    /// With an error, as it should be for what is wrong.
    case refused
    /// What may not be, in words: an answer without its line, two readers that disagree.
    case wrong(String)
}

extension FuzzTarget {
    func input(_ random: inout SeededGenerator) -> [UInt8] {
        Mutator(corpus: corpus, words: words).input(&random)
    }

    func input(ofSeed seed: UInt64) -> [UInt8] {
        var random = SeededGenerator(seed: seed, target: name)
        return input(&random)
    }
}
