import Testing

/// Every rule, over every file. A violation is told as file:line with its remedy.
@Suite struct HouseRulesTests {
    private static let graph = PackageGraph(manifest: SourceTree.manifest)

    @Test func `the graph of the targets keeps to the direction of the architecture`() {
        for problem in GraphRule.check(Self.graph) { Issue.record("Package.swift: \(problem)") }
    }

    @Test func `the graph has every folder of the sources`() {
        let folders = Set(Self.graph.targets.values.map(\.folder))
        #expect(SourceTree.targets.filter { !folders.contains("Sources/\($0)") } == [])
    }

    @Test func `a file imports what its target depends on`() {
        report { ImportRule.check($0, in: Self.graph) }
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

    @Test func `a switch over an enum of ours lists its cases`() {
        let enums = SwitchRule.enums(in: SourceTree.files)
        report { SwitchRule.check($0, enums) }
    }

    @Test func `no initialiser has too many parameters`() {
        report(ParameterRule.check)
    }

    @Test func `a comment names what it is about`() {
        report(CommentRule.check)
    }

    @Test func `what is declared is used, and not by tests alone`() {
        for violation in UseRule.check(SourceTree.files) {
            Issue.record("\(violation.description)")
        }
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
