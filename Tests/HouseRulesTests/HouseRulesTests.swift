import Testing

/// Every rule, over every file. A violation is told as file:line with its remedy.
@Suite struct HouseRulesTests {
    @Test func `imports keep to the direction of the architecture`() {
        report(ImportRule.check)
    }

    @Test func `every target has a row in the table of imports`() {
        let unknown = SourceTree.targets.filter { !ImportRule.targets.contains($0) }
        #expect(unknown.isEmpty, "add to ImportRule what they may import: \(unknown)")
        let reasons = ImportRule.foundation
        #expect(reasons.values.allSatisfy { !$0.isEmpty })
        let paths = Set(SourceTree.files.map(\.path))
        #expect(reasons.keys.allSatisfy(paths.contains), "an exception for a file that is gone")
    }

    @Test func `nothing banned is used`() {
        report { file in BannedRule.all.flatMap { $0.check(file) } }
    }

    @Test func `files, lines and names keep to the house's form`() {
        report(TextRule.check)
    }

    @Test func `no function is too long`() {
        report(FunctionRule.check)
    }

    @Test func `the rules look at the whole repository`() {
        let paths = SourceTree.files.map(\.path)
        #expect(paths.contains("Package.swift"))
        #expect(paths.contains("Sources/HTTP/Transport.swift"))
        #expect(paths.contains("Tests/HouseRulesTests/HouseRulesTests.swift"))
        #expect(paths.contains("config/sqs-subscriber.toml"))
        #expect(!paths.contains { $0.contains(".build/") })
    }

    private func report(_ check: (SourceFile) -> [Violation]) {
        for violation in SourceTree.files.flatMap(check) {
            Issue.record("\(violation.description)")
        }
    }
}
