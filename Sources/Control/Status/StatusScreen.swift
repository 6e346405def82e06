import Calendar
import FoundationEssentials
package import JSON

/// What `GET /status` answered, as a page for a person. Fits into 80 columns where names allow.
package struct StatusScreen {
    /// More names are not read by anybody in the midst of a line; `--json` has all.
    private static let namesShown = 3

    private let report: JSONValue
    private let now: Int
    private let order: TopScreen.Order

    /// - Parameters:
    ///   - report: the answer.
    ///   - now: seconds since 1970.
    package init(_ report: JSONValue, now: Int, order: TopScreen.Order = .name) {
        self.report = report
        self.now = now
        self.order = order
    }

    /// - Parameter showsRuns: whether each run is listed.
    package func text(showsRuns: Bool) -> String {
        var lines = header
        lines.append("")
        lines += table(queues.map(row), heads: Self.queueHeads)
        for queue in queues { lines += details(of: queue) }
        if showsRuns { lines += runs }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The queues in the order asked for; where they are equal, by name, as they came.
    private var queues: [JSONValue] {
        let queues = report.list("queues")
        let measure: (JSONValue) -> Double
        switch order {
        case .name: return queues
        case .received: measure = { $0["received_per_second"]?.double("1m") ?? -1 }
        case .lag: measure = { $0.double("oldest_in_hand_seconds") ?? -1 }
        case .waiting: measure = { $0["approximate"]?.double("visible") ?? -1 }
        }
        return queues.enumerated().sorted { one, other in
            let (left, right) = (measure(one.element), measure(other.element))
            return left == right ? one.offset < other.offset : left > right
        }.map(\.element)
    }

    private var header: [String] {
        let configuration = report["configuration"] ?? .null
        let since = report.string("since")
        let messages = report["messages"] ?? .null
        let inHand = queues.reduce(0) { $0 + $1.count("running") }
        let files = names(configuration.list("files").compactMap(\.asText?.plain))
        let isInTrouble = report["trouble"] == .boolean(true)
        var lines = [
            """
            sqs-subscriber \(report.string("version")), pid \(report.count("pid")): \
            \(isInTrouble ? "in trouble, " : "")\(report.string("state")) \
            since \(since)\(age(since).map { " (\($0))" } ?? "")
            """
        ]
        if let problem = configuration.text("problem") { lines.append("! \(problem)") }
        lines += summary("in trouble", marked: "! ") { $0.text("trouble") != nil }
        lines += summary("paused") { $0.text("state") == "paused" }
        lines += [
            """
            configuration read \(configuration.string("read")) from \
            \(files ?? "flags and variables")
            """,
            """
            \(inHand) running in \(report.count("slots")) slots; \(messages.count("handled")) \
            handled, \(messages.count("failed")) failed, \(messages.count("rejected")) rejected; \
            log level \(report.string("log_level"))
            """,
        ]
        return lines
    }

    /// Which queues are so; no line where none is.
    private func summary(
        _ state: String, marked mark: String = "", _ isSo: (JSONValue) -> Bool
    ) -> [String] {
        let those = report.list("queues").filter(isSo)
        guard let names = names(those.map { $0.string("name") }) else { return [] }
        return ["\(mark)\(those.count) of \(report.list("queues").count) queues \(state): \(names)"]
    }

    /// The first of them, and how many more there are; nil where there is none.
    private func names(_ all: [String]) -> String? {
        guard !all.isEmpty else { return nil }
        let more = all.count - Self.namesShown
        return all.prefix(Self.namesShown).joined(separator: ", ")
            + (more > 0 ? " and \(more) more" : "")
    }

    private func age(_ moment: String) -> String? {
        guard let date = Date(iso8601: moment) else { return nil }
        return Duration.seconds(now - Int(date.timeIntervalSince1970)).readable
    }

    // MARK: Queues

    private static let queueHeads = [
        "QUEUE", "STATE", "IN HAND", "RECEIVED/s", "DELETED/s", "OLDEST", "WAITING",
    ]

    private func row(_ queue: JSONValue) -> [String] {
        [
            queue.string("name"), queue.string("state"), String(queue.count("in_hand")),
            rates(queue["received_per_second"]), rates(queue["deleted_per_second"]),
            queue.time("oldest_in_hand_seconds"),
            queue["approximate"].map { String($0.count("visible")) } ?? "-",
        ]
    }

    /// The rates over a minute and over a quarter of an hour.
    private func rates(_ rates: JSONValue?) -> String {
        guard let rates else { return "-" }
        return "\(rates.tenths("1m")) \(rates.tenths("15m"))"
    }

    private func details(of queue: JSONValue) -> [String] {
        let handlers = queue.list("handlers")
        let failure = queue["last_failure"]
        let trouble = queue.text("trouble")
        guard !handlers.isEmpty || failure != nil || trouble != nil else { return [] }
        var lines = ["", queue.string("name")]
        if !handlers.isEmpty {
            lines += table(handlers.map(handlerRow), heads: Self.handlerHeads).map { "  \($0)" }
        }
        if let trouble { lines.append("  ! \(trouble)") }
        if let failure {
            lines.append("  last failure \(failure.string("at")): \(failure.string("text"))")
        }
        return lines
    }

    private static let handlerHeads = [
        "HANDLER", "RUNNING", "DONE", "RETRIED", "REJECTED", "P50", "P99", "OLDEST RUN",
    ]

    private func handlerRow(_ handler: JSONValue) -> [String] {
        [
            handler.string("name"),
            "\(handler.count("running")) of \(handler.count("concurrency"))",
            String(handler.count("done")), String(handler.count("retried")),
            String(handler.count("rejected")), handler.time("p50_seconds"),
            handler.time("p99_seconds"), handler.time("oldest_run_seconds"),
        ]
    }

    private var runs: [String] {
        let rows = queues.flatMap { queue in
            queue.list("runs").map { run in
                [
                    "\(queue.string("name"))/\(run.string("handler"))", run.string("message_id"),
                    run.time("seconds"),
                ]
            }
        }
        return [""] + table(rows, heads: ["RUNNING NOW", "MESSAGE", "FOR"])
    }

    /// The columns as wide as they have to be; what is not the first is a number or short.
    private func table(_ rows: [[String]], heads: [String]) -> [String] {
        let all = [heads] + rows
        let widths = heads.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            var line = ""
            for (text, width) in zip(row, widths) {
                line += text + String(repeating: " ", count: width - text.count + 1)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}

extension JSONValue {
    fileprivate func list(_ name: String) -> [JSONValue] {
        if case .list(let items)? = self[name] { items } else { [] }
    }

    /// Nil where there is none. Names and reasons may come from elsewhere.
    fileprivate func text(_ name: String) -> String? { self[name]?.asText?.plain }

    fileprivate func string(_ name: String) -> String { text(name) ?? "-" }

    fileprivate func count(_ name: String) -> Int { self[name]?.asInteger ?? 0 }

    fileprivate func double(_ name: String) -> Double? {
        if case .number(let text)? = self[name] { Double(text) } else { nil }
    }

    /// One place after the point.
    fileprivate func tenths(_ name: String) -> String {
        let tenths = Int(((double(name) ?? 0) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    fileprivate func time(_ name: String) -> String {
        guard let seconds = double(name) else { return "-" }
        let rounded = seconds < 10 ? seconds : seconds.rounded()
        return Duration.milliseconds(Int64(rounded * 1_000)).readable
    }
}

extension String {
    /// The text without what a terminal would act on.
    var plain: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? " " : $0 }))
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool {
        properties.generalCategory == .control || properties.generalCategory == .format
    }
}
