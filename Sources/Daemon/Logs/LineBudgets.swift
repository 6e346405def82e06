/// Who a line about a message comes from. Each has budgets of its own, so that a chatty handler
/// hides no other.
package struct LineSource: Sendable, Hashable {
    let queue: String
    /// Nil for what the queue itself is to blame for.
    package let handler: String?

    package init(queue: String, handler: String?) {
        self.queue = queue
        self.handler = handler
    }
}

/// The kinds of lines about single messages. Each has a budget of its own, so that neither
/// successes nor what a handler prints can use up the room of failures.
package enum LineKind: String, Sendable, CaseIterable {
    /// What a handler prints.
    case output
    /// What a handler, or what runs it, warns of.
    case warnings
    /// A message is done.
    case successes
    /// Anything else became of a message.
    case failures

    /// The noun that stands after a number.
    var noun: String {
        switch self {
        case .output: "lines of output"
        case .warnings: "warnings"
        case .successes: "successes"
        case .failures: "failures"
        }
    }
}

/// The budgets of all kinds of lines of all sources. A value, like ``LineBudget``.
package struct LineBudgets: Sendable {
    /// What was left out of one kind of one source.
    package struct Summary: Sendable, Equatable {
        package let source: LineSource
        package let kind: LineKind
        package let logged: Int
        package let leftOut: Int
        /// The latest failure among what was left out.
        package let latest: String?
    }

    private struct Budgets {
        private var kinds: [LineKind: LineBudget] = [:]
        var latest: String?
        /// When a line of output was last logged.
        var lastOutput: Duration?

        var isUsed: Bool { kinds.values.contains(where: \.isUsed) }

        subscript(kind: LineKind, perSecond: Int) -> LineBudget {
            get { kinds[kind] ?? LineBudget(perSecond: perSecond) }
            set { kinds[kind] = newValue }
        }
    }

    /// A report of a run's end comes a little after it, and so do lines of its output.
    private static let leeway = Duration.seconds(1)

    let perSecond: Int
    private var sources: [LineSource: Budgets] = [:]

    /// - Parameter perSecond: lines a second of each kind of each source; 0 for no limit.
    package init(perSecond: Int) {
        self.perSecond = perSecond
    }

    /// Whether a line may be logged now.
    ///
    /// - Parameter text: of a failure, kept where it is left out.
    package mutating func admit(
        _ kind: LineKind, of source: LineSource, at now: Duration,
        text: @autoclosure () -> String = ""
    ) -> Bool {
        var budgets = sources[source] ?? Budgets()
        // Two references to the same storage would copy it.
        sources[source] = nil
        let isAdmitted = budgets[kind, perSecond].admit(at: now)
        if isAdmitted, kind == .output { budgets.lastOutput = now }
        if !isAdmitted, kind == .failures { budgets.latest = text() }
        sources[source] = budgets
        return isAdmitted
    }

    /// Whether what the source printed in the time up to now has been logged. False where it has
    /// printed nothing, or a line was left out.
    package func showsOutput(of source: LineSource, for time: Duration, at now: Duration) -> Bool {
        guard let budgets = sources[source], let last = budgets.lastOutput else { return false }
        let start = now - time - Self.leeway
        let leftOut = budgets[.output, perSecond].lastLeftOut
        return last >= start && (leftOut.map { $0 < start } ?? true)
    }

    /// What was left out since the last call, by queue and handler. Sources that have logged
    /// nothing meanwhile are forgotten.
    package mutating func takeSummaries() -> [Summary] {
        var summaries: [Summary] = []
        for (source, budgets) in sources {
            guard budgets.isUsed else {
                sources[source] = nil
                continue
            }
            var budgets = budgets
            for kind in LineKind.allCases {
                guard let summary = budgets[kind, perSecond].takeSummary() else { continue }
                summaries.append(
                    Summary(
                        source: source, kind: kind, logged: summary.logged,
                        leftOut: summary.leftOut,
                        latest: kind == .failures ? budgets.latest : nil))
            }
            budgets.latest = nil
            sources[source] = budgets
        }
        return summaries.sorted {
            ($0.source.queue, $0.source.handler ?? "", $0.kind.rawValue)
                < ($1.source.queue, $1.source.handler ?? "", $1.kind.rawValue)
        }
    }
}
