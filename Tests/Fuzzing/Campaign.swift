import FoundationEssentials
import Glibc

/// The inputs of one target, tried by workers, one after the other where one dies.
struct Campaign {
    let target: any FuzzTarget
    let seeds: ClosedRange<UInt64>
    let deadline: ContinuousClock.Instant?

    /// An input that takes longer hangs.
    static let longestInput = Duration.seconds(5)
    /// A worker that holds more has read something whole that it should not have, or leaks.
    static let memoryLimit = 200 << 20
    /// More failures than these say nothing new.
    private static let enough = 5

    struct Failure: Sendable {
        let seed: UInt64
        let problem: String
    }

    struct Result: Sendable {
        let name: String
        var inputs: UInt64 = 0
        var accepted: UInt64 = 0
        var refused: UInt64 = 0
        var peakMemory = 0
        var seconds = 0.0
        var failures: [Failure] = []
    }

    /// A path for ``run(notes:)``.
    static var freshNotes: String {
        FileManager.default.temporaryDirectory.path + "/fuzz-\(UUID().uuidString)"
    }

    /// - Parameter notes: the path of a file that is written and removed.
    func run(notes: String) throws -> Result {
        var result = Result(name: target.name)
        let start = ContinuousClock.now
        let notebook = try Notebook(notes)
        defer {
            notebook.close()
            unlink(notes)
        }
        var next: UInt64? = seeds.lowerBound
        while let first = next, result.failures.count < Self.enough, !isOver {
            next = try work(from: first, notebook, notes, &result)
        }
        result.seconds = (ContinuousClock.now - start) / .seconds(1)
        return result
    }

    private var isOver: Bool { deadline.map { ContinuousClock.now >= $0 } ?? false }

    /// - Returns: the seed to go on with, nil at the end.
    private func work(
        from first: UInt64, _ notebook: Notebook, _ notes: String, _ result: inout Result
    ) throws -> UInt64? {
        notebook.write(Notebook.Page())
        var worker = try WorkerProcess(
            ["--worker", notes, "--target", target.name, "--seeds", "\(first)-\(seeds.upperBound)"])
        let stopped = watch(&worker, notebook)
        if stopped != nil { worker.kill() }
        let ending = worker.finish()
        let page = notebook.read()
        result.inputs += page.begun
        result.accepted += page.accepted
        result.refused += page.refused
        result.peakMemory = max(result.peakMemory, ending.peakMemory)
        if case .timeIsOver = stopped { return nil }
        guard let problem = problem(stopped, ending, worker) else { return nil }
        let seed = page.begun == 0 ? first : page.seed
        result.failures.append(Failure(seed: seed, problem: problem))
        return seed < seeds.upperBound ? seed + 1 : nil
    }

    private enum Stop {
        case timeIsOver
        case hang
        case memory(Int)
    }

    /// Until it ends by itself, or why it has to be ended.
    private func watch(_ worker: inout WorkerProcess, _ notebook: Notebook) -> Stop? {
        var (begun, since) = (notebook.read().begun, ContinuousClock.now)
        while !worker.isOver {
            worker.watch(milliseconds: 50)
            let page = notebook.read()
            if page.begun != begun { (begun, since) = (page.begun, .now) }
            if isOver { return .timeIsOver }
            if ContinuousClock.now - since > Self.longestInput { return .hang }
            let memory = worker.residentMemory
            if memory > Self.memoryLimit { return .memory(memory) }
        }
        return nil
    }

    private func problem(
        _ stopped: Stop?, _ ending: WorkerProcess.Ending, _ worker: WorkerProcess
    ) -> String? {
        let said = String(decoding: worker.said, as: UTF8.self)
        switch stopped {
        case .hang: return "takes longer than \(Self.longestInput)"
        case .memory(let bytes): return "takes \(bytes >> 20) MiB"
        case .timeIsOver: return nil
        case nil:
            if let signal = ending.signal { return "signal \(signal): \(said)" }
            return ending.status == 0 ? nil : "ended with \(ending.status): \(said)"
        }
    }
}
