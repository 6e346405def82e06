import FoundationEssentials
import Glibc

/// Tries inputs in a process of its own, which may die of one.
struct Worker {
    let target: any FuzzTarget
    let notebook: Notebook

    /// - Returns: false where one was wrong: it is told on standard output, and is the last.
    func run(_ seeds: ClosedRange<UInt64>) async -> Bool {
        var page = Notebook.Page()
        for seed in seeds {
            page.seed = seed
            page.begun += 1
            notebook.write(page)
            switch await target.run(target.input(ofSeed: seed)) {
            case .accepted: page.accepted += 1
            case .refused: page.refused += 1
            case .wrong(let problem):
                print("wrong: \(problem)")
                return false
            }
        }
        notebook.write(page)
        return true
    }
}
