import FoundationEssentials
import Simulation
import Testing

/// The table in `Invariants.md` names tests and checks that exist, for every invariant.
@Suite struct InvariantTableTests {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()

    private struct Row {
        let number: Int
        let title: String
        let engine: [String]
        let checks: [String]
        let binary: [String]
    }

    @Test func `every invariant has its row, with a test of each of the three sorts`() throws {
        let rows = try Self.rows()
        #expect(rows.map(\.number) == Invariant.allCases.map(\.rawValue))
        #expect(rows.map(\.title) == Invariant.allCases.map(\.title))
        for row in rows {
            #expect(!row.engine.isEmpty, "no engine test for \(row.title)")
            #expect(!row.checks.isEmpty, "no simulation check for \(row.title)")
            #expect(!row.binary.isEmpty, "no binary test for \(row.title)")
        }
    }

    @Test func `every test and check that the table names exists`() throws {
        let swift = try Self.text(in: Self.tests, ending: ".swift")
        let python = try Self.text(in: Self.tests, ending: ".py")
        let simulation = try Self.text(
            in: Self.tests.appending(path: "Simulation"), ending: ".swift")
        for row in try Self.rows() {
            for name in row.engine {
                #expect(swift.contains("func `\(name)`("), "no engine test is called \(name)")
            }
            for name in row.checks {
                let isScenario = simulation.contains("case \(name)\n")
                #expect(
                    isScenario || simulation.contains("func \(name)("),
                    "the simulation has no \(name)")
            }
            for name in row.binary {
                #expect(python.contains("def \(name)("), "no binary test is called \(name)")
            }
        }
    }

    // MARK: Reading

    private static func rows() throws -> [Row] {
        let table = try String(
            contentsOf: tests.appending(path: "SimulationTests/Invariants.md"), encoding: .utf8)
        return table.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map(
                String.init)
            guard cells.count == 7, let number = Int(cells[1].filter { $0 != " " }) else {
                return nil
            }
            return Row(
                number: number, title: String(cells[2].dropFirst().dropLast()),
                engine: names(cells[3]), checks: names(cells[4]), binary: names(cells[5]))
        }
    }

    /// What stands between backticks.
    private static func names(_ cell: String) -> [String] {
        let parts = cell.split(separator: "`", omittingEmptySubsequences: false)
        return parts.indices.filter { $0 % 2 == 1 }.map { String(parts[$0]) }
    }

    private static func text(in folder: URL, ending: String) throws -> String {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return try paths.filter { $0.hasSuffix(ending) }.map { path in
            try String(contentsOf: folder.appending(path: path), encoding: .utf8)
        }.joined(separator: "\n")
    }
}
