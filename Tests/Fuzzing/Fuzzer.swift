import FoundationEssentials
import Glibc

/// Tries inputs for `Tests/fuzz`, which has the help. Exit 0 where none failed, 1 where one did, 64
/// where the command line cannot be read.
@main
struct Fuzzer {
    static func main() async {
        do {
            let options = try Options(CommandLine.arguments.dropFirst())
            if options.worker != nil || options.input != nil {
                exit(try await tryHere(options) ? EXIT_SUCCESS : EXIT_FAILURE)
            }
            exit(try runCampaigns(options) ? EXIT_SUCCESS : EXIT_FAILURE)
        } catch let error as Options.Unreadable {
            print("not understood: \(error.argument)")
            exit(EX_USAGE)
        } catch {
            print("failed: \(error)")
            exit(EXIT_FAILURE)
        }
    }

    private static func tryHere(_ options: Options) async throws -> Bool {
        guard options.targets.count == 1, let target = options.targets.first else {
            throw Options.Unreadable(argument: "name one --target")
        }
        if let path = options.input {
            let verdict = await target.run(Array(try Data(contentsOf: URL(filePath: path))))
            print("\(target.name): \(verdict)")
            if case .wrong = verdict { return false }
            return true
        }
        let notebook = try Notebook(options.worker ?? "")
        return await Worker(target: target, notebook: notebook).run(options.seeds)
    }

    private static func runCampaigns(_ options: Options) throws -> Bool {
        var results: [Campaign.Result] = []
        if options.isSelfTest { results.append(try FaultyTarget.tryCampaigns()) }
        for target in options.targets {
            let share = options.minutes.map { $0 * 60 / Double(options.targets.count) }
            let campaign = Campaign(
                target: target, seeds: options.seeds, deadline: share.map { .now + .seconds($0) })
            let result = try campaign.run(notes: Campaign.freshNotes)
            results.append(result)
            print(Report.line(result, seeds: options.seeds))
            for failure in result.failures {
                print(Report.failure(failure, of: target))
                if let kept = options.kept { try keep(failure, of: target, in: kept) }
            }
        }
        if let path = options.xunit {
            try Data(Report.xunit(results).utf8).write(to: URL(filePath: path))
        }
        return results.allSatisfy(\.failures.isEmpty)
    }

    private static func keep(
        _ failure: Campaign.Failure, of target: any FuzzTarget, in folder: String
    ) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/\(target.name)-\(failure.seed)"
        try Data(target.input(ofSeed: failure.seed)).write(to: URL(filePath: path))
        print("  kept as \(path)")
    }
}
