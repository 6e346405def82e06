import Commands
import Testing

/// What `doctor` makes of the machine.
@Suite struct HostJudgementTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let check: String
        let verdict: Diagnosis.Verdict
        let change: @Sendable (inout HostFacts) -> Void

        init(
            _ name: String, _ check: String, _ verdict: Diagnosis.Verdict,
            _ change: @escaping @Sendable (inout HostFacts) -> Void
        ) {
            (self.name, self.check, self.verdict, self.change) = (name, check, verdict, change)
        }

        var testDescription: String { name }
    }

    private static let sound = HostFacts(
        unit: .installed(fileState: "enabled", activeState: "active"), journal: .persistent,
        descriptors: 524_288, slots: 64, queues: 2, stateDirectory: "/var/lib/sqs-subscriber")

    static let rows = [
        Row("no systemd", "unit", .unknown) { $0.unit = .noSystemd },
        Row("no unit", "unit", .warning) { $0.unit = .missing },
        Row("a unit that is not enabled", "unit", .warning) {
            $0.unit = .installed(fileState: "disabled", activeState: "active")
        },
        Row("a unit that has failed", "unit", .failure) {
            $0.unit = .installed(fileState: "enabled", activeState: "failed")
        },
        Row("a unit before its first start", "unit", .ok) {
            $0.unit = .installed(fileState: "enabled", activeState: "inactive")
        },
        Row("a journal in memory", "journal", .warning) { $0.journal = .volatile },
        Row("no journal", "journal", .unknown) { $0.journal = .absent },
        // 64 * 4 + 2 * 16 + 64
        Row("just enough descriptors", "descriptors", .ok) { $0.descriptors = 352 },
        Row("one descriptor less", "descriptors", .warning) { $0.descriptors = 351 },
        Row("no limit of descriptors", "descriptors", .ok) { $0.descriptors = .max },
        Row("more slots than descriptors", "descriptors", .warning) {
            ($0.descriptors, $0.slots) = (1_024, 1_000)
        },
        Row("nothing kept", "state directory", .warning) { $0.stateDirectory = nil },
        Row("a state directory that cannot be used", "state directory", .warning) {
            $0.stateProblem = "'/x' is not a directory"
        },
    ]

    @Test(arguments: rows)
    func `each fact is judged`(row: Row) {
        var facts = Self.sound
        row.change(&facts)
        let found = HostJudgement(facts).diagnoses
        #expect(found.first { $0.check == row.check }?.verdict == row.verdict, "\(found)")
        #expect(found.filter { $0.verdict > .unknown }.allSatisfy { $0.remedy != nil })
        #expect(found.filter { $0.check != row.check }.allSatisfy { $0.verdict == .ok })
    }
}
