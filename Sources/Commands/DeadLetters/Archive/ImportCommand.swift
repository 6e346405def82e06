import ArgumentParser
import Daemon
import Glibc
import JSON
import MessageHandling
import SQS

/// `dlq import`: sends the messages of a file.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Send the messages of a file that export wrote.",
        discussion: """
            Body, attributes, trace header and, in a FIFO queue, the group are those of the file; \
            the service gives new ids. All lines are checked before the first is sent, and what is \
            wrong is told with its line.

            How far it has come is noted in FILE.imported until all is sent: after an \
            interruption the same command goes on from there. A standard queue may then have the \
            last ten twice, a FIFO queue drops them within five minutes. '-' is standard input, \
            sent as it comes.
            """)

    private static let problemsShown = 20

    @Argument(help: "The queue: its name, URL or ARN.")
    var queue: String

    @Argument(help: "The file; '-' is standard input.")
    var file: String

    @Flag(help: "Check the file, and send nothing.")
    var dryRun = false

    @Flag(help: "Print a JSON object with what was done.")
    var json = false

    @OptionGroup(title: "Service")
    var service: ServiceOptions

    func run() async throws {
        try await service.work(on: queue, for: "dlq") { connection, queue in
            let notes = file == "-" ? nil : ImportProgressFile(for: file)
            let state =
                try notes?.begin(for: queue.url)
                ?? ImportProgress(run: PublishDefaults.uniqueID(), queue: queue.url)
            let total = try notes.map { try check(after: state, of: $0) }
            if dryRun { return tell(sent: 0, refused: 0, of: total ?? 0, to: queue) }
            try await Interruption.watching { interruption in
                let descriptor = try Self.open(file)
                defer { if descriptor != STDIN_FILENO { close(descriptor) } }
                var run = ImportRun(
                    file: file, descriptor: descriptor, total: total, after: state, to: queue,
                    over: connection, until: interruption)
                try await run.toTheEnd()
                tell(sent: run.sent, refused: run.refused, of: total ?? run.sent, to: queue)
                if interruption.isRequested { throw ExitCode(ExitStatus.temporary.rawValue) }
                if run.refused > 0 { throw ExitCode.failure }
            }
        }
    }

    private static func open(_ file: String) throws -> Int32 {
        guard file != "-" else { return STDIN_FILENO }
        let descriptor = Glibc.open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure(
                .inputMissing, "\(file) cannot be read: \(String(cString: strerror(errno)))")
        }
        return descriptor
    }

    /// The number of messages in the file.
    /// - Throws: where a line cannot be sent, or the file is not the one that is noted.
    private func check(after state: ImportProgress, of notes: ImportProgressFile) throws -> Int {
        let descriptor = try Self.open(file)
        defer { close(descriptor) }
        var lines = ArchiveLines(descriptor: descriptor)
        var count = 0
        var problems: [String] = []
        var isNoted = state.last == 0
        while let line = try lines.next() {
            if line.number == state.last { isNoted = line.digest == state.digest }
            switch line.content {
            case .success: count += 1
            case .failure(let error):
                problems.append("\(file): line \(line.number): \(error.problem)")
            }
        }
        guard problems.isEmpty else {
            var shown = problems.prefix(Self.problemsShown)
            if problems.count > shown.count {
                shown.append("… and \(problems.count - shown.count) more lines")
            }
            throw CommandFailure(
                .invalidData, shown.joined(separator: "\n") + "\nNothing was sent.")
        }
        guard isNoted else { throw notes.another() }
        return count
    }

    private func tell(sent: Int, refused: Int, of total: Int, to queue: Queue) {
        guard json else {
            let what =
                dryRun
                ? "Would send \(total.counted("message"))" : "Sent \(sent.counted("message"))"
            let rest = refused > 0 ? ", \(refused) refused" : ""
            return Terminal.line("\(what) of \(file) to \(queue.name)\(rest).")
        }
        var json = JSONWriter(isSpaced: true)
        json.object { json in
            json.member("queue", queue.name)
            json.name("dryRun")
            json.boolean(dryRun)
            json.member("sent", sent)
            json.member("refused", refused)
            json.member("messages", total)
        }
        Terminal.line(json.text)
    }
}
