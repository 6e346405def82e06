import WebPage

/// The tables of the page.
extension PageView {
    /// More are not read by anybody, and cost each who looks.
    private static let mostRuns = 50

    static func queues(_ report: StatusReport, allowsActions: Bool) -> Table {
        var heads = [
            "Queue", "State", "Waiting", "Oldest in hand", "In hand", "Received/s", "Handled/s",
            "Dead letters",
        ]
        if allowsActions { heads.append("Actions") }
        let rows = report.queues.map { queue in
            var cells = [
                Cell(queue.name, link: link("queue", queue.name, to: "load")),
                Cell(queue.state.rawValue, queue.tone),
                Cell(queue.depth.map { Figures.grouped($0.visible) } ?? "–"),
                Cell(duration: queue.lag),
                Cell(Figures.grouped(queue.inHand)),
                Cell(queue.received.map { rate($0.minute) } ?? "–"),
                Cell(queue.deleted.map { rate($0.minute) } ?? "–"),
                deadLetters(queue.deadLetters),
            ]
            if allowsActions {
                var cell = Cell("")
                cell.actions = actions(queue)
                cells.append(cell)
            }
            return Row(key: queue.name, cells: cells)
        }
        return Table("queues", heads, rows, empty: "No queue is served.")
    }

    private static func deadLetters(_ letters: QueueReport.DeadLetters?) -> Cell {
        switch letters {
        case nil: Cell("–", .quiet)
        case .some(.absent): Cell("unset", .quiet)
        case .some(.unknown(let reason)): Cell(reason, .quiet)
        case .some(.counted(0)): Cell("0")
        case .some(.counted(let count)): Cell(Figures.grouped(count), .bad)
        }
    }

    private static func actions(_ queue: QueueReport) -> [Action] {
        let pause =
            queue.state == .paused
            ? Action(path: "/resume", label: "Resume", queue: queue.name)
            : Action(path: "/pause", label: "Pause", queue: queue.name)
        guard let count = queue.deadLetters?.count, count > 0 else { return [pause] }
        return [pause, Action(path: "/redrive", label: "Redrive", queue: queue.name)]
    }

    static func handlers(_ report: StatusReport) -> Table {
        let heads = [
            "Handler", "Running", "Done", "Retried", "Rejected", "Median", "99 %", "Oldest run",
        ]
        let rows = report.queues.flatMap { queue in
            queue.handlers.map { handler in
                let source = "\(queue.name)/\(handler.name)"
                let isFull = handler.running >= handler.concurrency
                return Row(
                    key: source,
                    cells: [
                        Cell(source),
                        Cell(
                            "\(handler.running) of \(handler.concurrency)"
                                + (isFull ? ", full" : "")),
                        Cell(Figures.grouped(handler.runs.done)),
                        Cell(Figures.grouped(handler.runs.retried)),
                        Cell(Figures.grouped(handler.runs.rejected)),
                        Cell(duration: handler.median), Cell(duration: handler.percentile99),
                        Cell(duration: handler.oldestRun),
                    ])
            }
        }
        return Table("handlers", heads, rows, empty: "No handler serves a queue.")
    }

    static func runs(_ report: StatusReport) -> Table {
        let all = report.queues.flatMap { queue in queue.runs.map { (queue.name, $0) } }
        let rows = all.sorted { $0.1.duration > $1.1.duration }.prefix(mostRuns)
            .map { queue, run in
                let source = "\(queue)/\(run.handler)"
                return Row(
                    key: "\(source) \(run.messageID)",
                    cells: [
                        Cell(source),
                        Cell(
                            run.messageID, link: link("message", run.messageID, to: "message")),
                        Cell(duration: run.duration),
                    ])
            }
        return Table("runs", ["Handler", "Message", "For"], rows, empty: "Nothing runs.")
    }

    static func runsNote(_ report: StatusReport) -> String {
        let count = report.queues.reduce(0) { $0 + $1.runs.count }
        return count > mostRuns ? "the \(mostRuns) oldest of \(Figures.grouped(count))" : ""
    }
}

extension QueueReport {
    fileprivate var tone: PageView.Tone? {
        switch state {
        case .waiting: .bad
        case .opening: trouble == nil ? .quiet : .bad
        case .paused, .leaving: .warn
        case .idle, .receiving: trouble == nil ? nil : .bad
        }
    }
}

extension QueueReport.DeadLetters {
    /// Nil where it is not known.
    var count: Int? {
        if case .counted(let count) = self { count } else { nil }
    }
}
