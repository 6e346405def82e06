import Daemon
import Testing

@Suite struct LineBudgetsTests {
    private static let charge = LineSource(queue: "orders", handler: "charge")
    private static let mail = LineSource(queue: "orders", handler: "mail")

    @Test(arguments: [LineKind.output, .warnings, .successes])
    func `no other kind of line uses up the room of failures`(kind: LineKind) {
        var budgets = LineBudgets(perSecond: 5)
        for _ in 1...1_000 { _ = budgets.admit(kind, of: Self.charge, at: .zero) }
        for _ in 1...5 {
            let isLogged = budgets.admit(.failures, of: Self.charge, at: .zero)
            #expect(isLogged)
        }
    }

    @Test(arguments: LineKind.allCases)
    func `a chatty handler hides no other`(kind: LineKind) {
        var budgets = LineBudgets(perSecond: 5)
        for _ in 1...1_000 { _ = budgets.admit(kind, of: Self.charge, at: .zero) }
        for _ in 1...5 {
            let isLogged = budgets.admit(kind, of: Self.mail, at: .zero)
            #expect(isLogged)
        }
    }

    @Test func `a flood of failures is bounded, counted, and its latest one told`() {
        var budgets = LineBudgets(perSecond: 100)
        var logged = 0
        for second in 0..<10 {
            for number in 0..<10_000 {
                let isLogged = budgets.admit(
                    .failures, of: Self.charge, at: .seconds(second), text: "\(second).\(number)")
                logged += isLogged ? 1 : 0
            }
        }
        #expect(logged == 1_000)
        let summaries = budgets.takeSummaries()
        #expect(summaries.count == 1)
        #expect(summaries.first?.source == Self.charge)
        #expect(summaries.first?.kind == .failures)
        #expect(summaries.first?.logged == 1_000)
        #expect(summaries.first?.leftOut == 99_000)
        #expect(summaries.first?.latest == "9.9999")
        let later = budgets.takeSummaries()
        #expect(later.isEmpty)
    }

    @Test func `each handler and kind has a summary of its own`() {
        var budgets = LineBudgets(perSecond: 1)
        for source in [Self.mail, Self.charge] {
            for kind in LineKind.allCases {
                for _ in 1...3 { _ = budgets.admit(kind, of: source, at: .zero) }
            }
        }
        let told = budgets.takeSummaries().map { "\($0.source.handler ?? "") \($0.kind)" }
        #expect(
            told == [
                "charge failures", "charge output", "charge successes", "charge warnings",
                "mail failures", "mail output", "mail successes", "mail warnings",
            ])
    }

    @Test func `output counts as shown while none of it is left out`() {
        var budgets = LineBudgets(perSecond: 2)
        let run = Duration.seconds(3)
        func isShown(at now: Duration) -> Bool {
            budgets.showsOutput(of: Self.charge, for: run, at: now)
        }
        #expect(!isShown(at: .seconds(10)), "nothing was printed")
        _ = budgets.admit(.output, of: Self.charge, at: .seconds(9))
        #expect(isShown(at: .seconds(10)))
        #expect(!budgets.showsOutput(of: Self.mail, for: run, at: .seconds(10)))
        for _ in 1...2 { _ = budgets.admit(.output, of: Self.charge, at: .seconds(9)) }
        #expect(!isShown(at: .seconds(10)), "a line was left out")
        _ = budgets.admit(.output, of: Self.charge, at: .seconds(20))
        #expect(isShown(at: .seconds(21)), "that was before this run")
        #expect(!isShown(at: .seconds(60)), "what was shown is of another run")
    }

    @Test func `without a limit nothing is left out`() {
        var budgets = LineBudgets(perSecond: 0)
        for _ in 1...10_000 {
            let isLogged = budgets.admit(.failures, of: Self.charge, at: .zero)
            #expect(isLogged)
        }
        let summaries = budgets.takeSummaries()
        #expect(summaries.isEmpty)
    }
}
