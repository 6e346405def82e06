import Calendar
import HTTP
import WebPage

/// What the page shows at one moment, as texts: made once for all who look, written as HTML for who
/// opens the page and as JSON for who has it open.
struct PageView {
    /// How a thing is; each has a word or a sign beside its colour.
    enum Tone: String {
        case good, warn, bad, quiet
    }

    /// What a button of a cell asks for.
    struct Action: Equatable {
        let path: String
        let label: String
        let queue: String
    }

    struct Cell {
        var text: String
        var tone: Tone?
        var link: String?
        var actions: [Action]?
        /// How many columns it takes, where that is not one.
        var span: Int?

        init(_ text: String, _ tone: Tone? = nil, link: String? = nil) {
            self.text = text
            self.tone = tone
            self.link = link
        }

        init(duration: Double?) {
            self.init(duration.map(PageView.readable) ?? "–")
        }
    }

    struct Row {
        /// Tells the row from others of its table, whatever its cells say.
        let key: String
        let cells: [Cell]
    }

    struct Table {
        let name: String
        let heads: [String]
        let rows: [Row]

        /// - Parameter empty: what is said where there is no row.
        init(_ name: String, _ heads: [String], _ rows: [Row], empty: String) {
            self.name = name
            self.heads = heads
            guard rows.isEmpty else {
                self.rows = rows
                return
            }
            var cell = Cell(empty, .quiet)
            cell.span = heads.count
            self.rows = [Row(key: "", cells: [cell])]
        }
    }

    /// What a view is made of.
    struct Source {
        let report: StatusReport
        /// That of all queues.
        let load: LoadReport
        let host: String
        /// Seconds since 1970.
        let now: Int
        let allowsActions: Bool
    }

    let tone: Tone
    let troubles: [String]
    /// Single texts by their names in the page.
    var texts: [String: String]
    /// How the numbers among the texts are, where that is worth a look.
    let tones: [String: Tone]
    let tables: [Table]
    /// Another one is another daemon, to whose page this does not belong.
    let instance: String

    init(_ source: Source) {
        let report = source.report
        troubles = Self.troubles(report)
        let verdict = Self.verdict(report, troubles: troubles.count)
        tone = verdict.tone
        instance = "\(report.processID)-\(report.since)"
        tables = [
            Self.queues(report, allowsActions: source.allowsActions), Self.handlers(report),
            Self.runs(report),
        ]
        let dead = report.queues.compactMap(\.deadLetters?.count).reduce(0, +)
        var tones: [String: Tone] = [:]
        if source.load.failures > 0 { tones["failed"] = .bad }
        if dead > 0 { tones["dead"] = .bad }
        self.tones = tones
        var texts = Self.facts(source)
        texts["verdict"] = verdict.text
        texts["title"] = (troubles.isEmpty ? "" : "(\(troubles.count)) ") + "sqs-subscriber"
        self.texts = texts
    }

    static func readable(_ seconds: Double) -> String {
        // The clocks of two machines agree no better than that.
        guard seconds >= 0.001 else { return "0 s" }
        let rounded = seconds < 10 ? seconds : seconds.rounded()
        return Duration.milliseconds(Int64(min(rounded, 1e12) * 1_000)).readable
    }

    /// The page with another choice: what it is the load of, and whose story it tells.
    static func link(_ name: String, _ value: String, to part: String) -> String {
        "/?\(name)=\(String(percentEncoding: value, keeping: isUnreserved))#\(part)"
    }
}

// MARK: The state as a whole

extension PageView {
    private static func troubles(_ report: StatusReport) -> [String] {
        let queues = report.queues.compactMap { queue in
            queue.trouble.map { "\(queue.name): \($0)" }
        }
        return [report.configuration.problem].compactMap(\.self) + queues
    }

    private static func verdict(
        _ report: StatusReport, troubles: Int
    ) -> (tone: Tone, text: String) {
        switch report.state {
        case .starting: return (.warn, "Starting")
        case .stopping: return (.warn, "Stopping")
        case .running: break
        }
        guard troubles == 0 else {
            return (.bad, troubles == 1 ? "One thing is wrong" : "\(troubles) things are wrong")
        }
        let paused = report.queues.count { $0.state == .paused }
        guard paused == 0 else {
            return (
                .warn,
                "Working, but \(paused) of \(Figures.counted(report.queues.count, "queue")) paused"
            )
        }
        return (.good, "Working")
    }

    private static func facts(_ source: Source) -> [String: String] {
        let (report, clock) = (source.report, ClockFace(now: source.now))
        let queues = report.queues
        let waiting = queues.compactMap(\.depth?.visible)
        let dead = queues.compactMap(\.deadLetters?.count)
        let inHand = queues.reduce(0) { $0 + $1.inHand }
        let failed = report.messages.failed + report.messages.rejected
        let up = Duration.seconds(max(0, source.now - report.since)).readable
        return [
            "host": source.host, "since": "\(clock.text(report.since)) (\(up))",
            "moment": clock.text(source.now), "zone": clock.zone,
            "handled": queues.compactMap(\.deleted?.minute).nonEmptySum.map { "\(rate($0))/s" }
                ?? "–",
            "handled-note": "over a minute; "
                + "\(Figures.grouped(report.messages.handled)) since the start",
            "failed": Figures.grouped(source.load.failures),
            "failed-note": "runs in 15 min; "
                + "\(Figures.grouped(failed)) since the start",
            "running": "\(queues.reduce(0) { $0 + $1.running }) of \(report.slots)",
            "running-note": "slots; \(Figures.counted(inHand, "message")) in hand",
            "oldest": queues.compactMap(\.lag).max().map(readable) ?? "–",
            "waiting": waiting.nonEmptySum.map(Figures.grouped) ?? "–",
            "dead": dead.nonEmptySum.map(Figures.grouped) ?? "–",
            "runs-note": runsNote(report),
            "version": report.version, "pid": String(report.processID), "log": report.logLevel,
            "read": clock.text(report.configuration.readAt),
            "files": report.configuration.files.isEmpty
                ? "flags and variables" : report.configuration.files.joined(separator: ", "),
        ]
    }

    static func rate(_ rate: Double) -> String {
        rate >= 99.95 ? Figures.grouped(Int(rate.rounded())) : tenths(rate)
    }

    private static func tenths(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}

extension Array where Element: AdditiveArithmetic {
    /// Nil where nothing is known that could be summed.
    fileprivate var nonEmptySum: Element? { isEmpty ? nil : reduce(.zero, +) }
}
