package import JSON

/// What `top` shows, and what the keys do: a value.
package struct TopScreen {
    package enum Order: CaseIterable {
        case name, received, lag, waiting

        var word: String {
            switch self {
            case .name: "name"
            case .received: "received"
            case .lag: "oldest"
            case .waiting: "waiting"
            }
        }
    }

    /// What follows from a key for who shows the screen.
    package enum Consequence: Equatable {
        case quit
        case redraw
        case nothing
    }

    /// Reverse video, as top has its heads.
    private static let reverse = "\u{1B}[7m"
    private static let plain = "\u{1B}[0m"

    private var isFrozen = false
    private var showsRuns = false
    private var showsHelp = false
    private var order = Order.name
    private var first = 0
    private var report: JSONValue?
    private var problem: String?

    package init() {}

    /// The latest answer; not shown while the screen is frozen.
    package mutating func note(_ report: JSONValue) {
        guard !isFrozen else { return }
        self.report = report
        problem = nil
    }

    /// Why there is no answer.
    package mutating func note(problem: String) {
        self.problem = problem.plain
    }

    /// A key was pressed: one of top's or less's.
    package mutating func press(_ key: Character, height: Int) -> Consequence {
        if showsHelp {
            showsHelp = false
            return key == "q" ? .quit : .redraw
        }
        switch key {
        case "q", "\u{03}": return .quit
        case " ", "p": isFrozen.toggle()
        case "s":
            let all = Order.allCases
            let place = all.firstIndex(of: order) ?? 0
            order = all[(place + 1) % all.count]
        case "r": showsRuns.toggle()
        case "h", "?": showsHelp = true
        case "j": first += 1
        case "k": first -= 1
        case "f": first += max(1, height - 2)
        case "b": first -= max(1, height - 2)
        case "g": first = 0
        default: return .nothing
        }
        first = max(0, first)
        return .redraw
    }

    /// The lines of a screen of that size, each no wider than it.
    ///
    /// - Parameter now: seconds since 1970.
    package mutating func lines(width: Int, height: Int, now: Int) -> [String] {
        let body = showsHelp ? Self.help : content(now: now)
        let room = max(1, height - 1)
        first = max(0, min(first, body.count - room))
        var lines = body.dropFirst(first).prefix(room).map { String($0.prefix(width)) }
        while lines.count < room { lines.append("") }
        let foot = String(foot.prefix(width))
        let padding = String(repeating: " ", count: max(0, width - foot.count))
        return lines + ["\(Self.reverse)\(foot)\(padding)\(Self.plain)"]
    }

    private func content(now: Int) -> [String] {
        let lines = problem.map { ["! \($0)", ""] } ?? []
        guard let report else { return lines }
        let text = StatusScreen(report, now: now, order: order).text(showsRuns: showsRuns)
        return lines
            + text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    private var foot: String {
        let state = isFrozen ? "paused" : "live"
        return " \(state), by \(order.word) | q quit  space pause  s sort  r running  h help"
    }

    private static let help = [
        "q         quit", "space, p  stop the screen, and go on; the daemon does not notice",
        "s         sort the queues by name, messages received, the oldest, those waiting",
        "r         show what runs, or not", "j, k      down, up a line; also the arrow keys",
        "f, b      down, up a page; also Page Down and Page Up", "g         to the top", "",
        "Any key leaves this page.",
    ]
}
