import FoundationEssentials
import HandlerLibrary
import Settings
import SubscriberConfiguration

/// A whole configuration directory: the main file, a drop-in of it, two handlers, a drop-in of one.
struct ConfigurationTarget: FuzzTarget {
    let name = "configuration"
    let words = [
        "queue = \"orders\"\n", "[exec]\n", "[[exec]]\n", "[http]\n", "[lambda]\n", "[journal]\n",
        "[match.body]\n", "[schedule.nightly]\n", "command = [\"/bin/true\"]\n", "\"\"\"", "'''",
        "{ a = 1 }", "[1, 2]", "= [", "\"30s\"", "2026-01-01", "07:32:00", "1_000", "0x7f", "inf",
        "nan",
        "a.b.c = 1\n", "[queues.\"orders.fifo\"]\n", "\"1MiB\"", "\"unix:/run/x:/y\"",
        "cron = \"* * * * *\"\n",
        "2001-01-01 11", "__________", "[aws]\n", "%%%%\n",
    ]

    private static let files = [
        "sqs-subscriber.toml", "sqs-subscriber.toml.d/10.toml", "handlers.d/orders.toml",
        "handlers.d/bills.toml", "handlers.d/orders.toml.d/10.toml",
    ]

    let corpus: [[UInt8]] = {
        let kinds = HandlerKinds.all.map { $0.place.description }
        let handlers = kinds.map { installed("handlers.d/\($0).toml.example") }
        let main = installed("sqs-subscriber.toml")
        let mains = [
            "slots = 10\ngrace_time = \"5s\"\n[aws]\nregion = \"eu-west-1\"\n"
                + "[log]\nlevel = \"debug\"\n"
                + "[queues.\"orders.fifo\"]\nweight = 4\n",
            main, withoutMarks(main),
        ]
        let tasks = """
            queue = "orders"
            concurrency = 3
            [exec]
            command = ["/bin/x", "{body}", '''
            a [b]
            c''']
            environment = { LANG = "C", "A.B" = "1" }
            [retry]
            delays = ["1s", "2min"]
            [match.body]
            amount = [{ numeric = [">", 0, "<=", 5] }]
            "$or" = [{ a = ["x"] }, { b.c = [{ prefix = "y" }] }]
            [schedule.nightly]
            cron = "0 3 * * 1-5"
            time_zone = "Europe/Berlin"
            """
        return (handlers + handlers.map(withoutMarks) + [tasks]).flatMap { handler in
            mains.map { main in
                Parts.join([
                    main, "slots = 7", handler, "queue = \"bills\"\n[journal]\n", "concurrency = 2",
                ])
            }
        }
    }()

    /// A file of `config/`; nothing where it cannot be read.
    private static func installed(_ name: String) -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().path
        let path = "\(folder)/../../../config/\(name)"
        return (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }

    /// Every key of a file that has them as comments.
    private static func withoutMarks(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("#") && $0.contains("=") ? $0.dropFirst() : $0 }
            .joined(separator: "\n")
    }

    func run(_ input: [UInt8]) async -> Verdict {
        let folder = ScratchDirectory()
        defer { folder.remove() }
        do {
            for (name, text) in zip(Self.files, Parts.split(input, into: Self.files.count)) {
                try folder.write(name, text)
            }
        } catch {
            return .wrong("the files could not be written: \(error)")
        }
        do throws(ConfigurationErrors) {
            let loader = ConfigurationLoader(onlyDirectory: folder.path, environment: [:])
            let configuration = try loader.load()
            guard (try? Document(ConfigurationText.render(configuration))) != nil else {
                return .wrong("what is shown of it is no TOML")
            }
            _ = CheckReport.text(configuration)
            return .accepted
        } catch {
            return Self.verdict(error)
        }
    }

    private static func verdict(_ errors: ConfigurationErrors) -> Verdict {
        for error in errors.errors where error.problem.hasPrefix("not valid TOML") {
            guard case .file(_, line: .some) = error.origin else {
                return .wrong("an error in the syntax without a line: \(error)")
            }
        }
        return errors.errors.isEmpty ? .wrong("refused without an error") : .refused
    }
}
