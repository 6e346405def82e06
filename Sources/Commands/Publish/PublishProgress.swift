import Daemon
import SQS

/// What a person sees of a `publish`: a counting line on a terminal, each failure, the sum.
struct PublishProgress {
    let queueName: String
    let total: Int?
    /// Whether each message is told of: at a prompt, where a person waits for it.
    let announcesEach: Bool
    private(set) var sent = 0
    private(set) var failed = 0
    private var lastID = ""
    private let counts = Terminal.isInteractive(.error)
    private var lineIsOpen = false
    /// Failures are shown one by one up to here, and counted after: a queue that refuses a million
    /// messages says so once.
    private static let failuresShown = 20

    init(queueName: String, total: Int?, announcesEach: Bool) {
        self.announcesEach = announcesEach
        self.queueName = queueName
        self.total = total
    }

    mutating func add(_ report: Publisher.Report) {
        sent += report.done.count
        lastID = report.done.last?.answer.id ?? lastID
        for failure in report.failed {
            refused("message \(failure.entry.id.dropFirst()): \(failure.error.description)")
        }
        if announcesEach {
            for (_, message) in report.done { Terminal.line("Sent message \(message.id).") }
        }
        guard counts, !announcesEach, total != 1 else { return }
        let of = total.map { " of \($0)" } ?? ""
        Terminal.write("\rSent \(sent)\(of)", to: .error)
        lineIsOpen = true
    }

    mutating func refused(_ reason: String) {
        failed += 1
        guard failed <= Self.failuresShown else { return }
        closeLine()
        Terminal.line("Not sent: \(PrintableText.of(reason))", to: .error)
    }

    mutating func end() {
        closeLine()
        if failed > Self.failuresShown {
            Terminal.line("… and \(failed - Self.failuresShown) more not sent.", to: .error)
        }
        if announcesEach, failed == 0 { return }
        switch (sent, failed) {
        case (1, 0): Terminal.line("Sent message \(lastID) to \(queueName).")
        case (_, 0): Terminal.line("Sent \(sent.counted("message")) to \(queueName).")
        default:
            Terminal.line(
                "Sent \(sent.counted("message")) to \(queueName), \(failed) not sent.")
        }
    }

    private mutating func closeLine() {
        guard lineIsOpen else { return }
        lineIsOpen = false
        Terminal.write("\n", to: .error)
    }
}
