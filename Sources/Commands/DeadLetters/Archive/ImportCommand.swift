import ArgumentParser
import Daemon
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
            last ten twice, a FIFO queue drops them within five minutes. A FIFO queue is sent one \
            message of a group at a time, so that none overtakes another.

            '-' is standard input: it and a pipe are sent as they come, and checked line by line. \
            Interrupted, all that was read of them is sent, and the last line's number told.
            """)

    private static let problemsShown = 20

    @Argument(help: "The queue: its name, URL or ARN.")
    var queue: String

    @Argument(help: "The file; '-' is standard input.")
    var file: String

    @Flag(help: "Check all lines, and send nothing.")
    var dryRun = false

    @Flag(help: "Print a JSON object with what was done.")
    var json = false

    @OptionGroup(title: "Service")
    var service: ServiceOptions

    func run() async throws {
        try await service.work(on: queue, for: "dlq") { connection, queue in
            let input = try ImportInput(file)
            defer { input.close() }
            if !dryRun { try input.lock() }
            let notes = input.isStream ? nil : ImportProgressFile(for: file)
            let state =
                try notes?.begin(for: queue.url)
                ?? ImportProgress(run: PublishDefaults.uniqueID(), queue: queue.url)
            let total = dryRun || notes != nil ? try check(input, after: state, of: notes) : nil
            if dryRun { return tell(input, sent: 0, refused: 0, of: total ?? 0, to: queue) }
            input.rewind()
            try await Interruption.watching { interruption in
                var run = ImportRun(
                    of: input, total: total, notes: notes, after: state, to: queue,
                    over: connection, until: interruption)
                try await run.toTheEnd()
                tell(
                    input, sent: run.sent, refused: run.refused, of: total ?? run.sent, to: queue)
                if interruption.isRequested { throw ExitCode(ExitStatus.temporary.rawValue) }
                if run.refused > 0 { throw ExitCode.failure }
            }
        }
    }

    /// The number of messages that are read.
    /// - Throws: where a line cannot be sent, or the file is not the one that is noted.
    private func check(
        _ input: ImportInput, after state: ImportProgress, of notes: ImportProgressFile?
    ) throws -> Int {
        var lines = ArchiveLines(descriptor: input.descriptor)
        var count = 0
        var problems: [String] = []
        var isNoted = state.last == 0
        while case .line(let line) = try lines.next(pauseMilliseconds: nil) {
            if line.number == state.last { isNoted = line.digest == state.digest }
            switch line.content {
            case .success: count += 1
            case .failure(let error):
                problems.append("\(input.name): line \(line.number): \(error.problem)")
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
        if let notes, !isNoted { throw notes.another() }
        return count
    }

    private func tell(
        _ input: ImportInput, sent: Int, refused: Int, of total: Int, to queue: Queue
    ) {
        guard json else {
            let what =
                dryRun
                ? "Would send \(total.counted("message"))" : "Sent \(sent.counted("message"))"
            let rest = refused > 0 ? ", \(refused) refused" : ""
            return Terminal.line("\(what) of \(input.name) to \(queue.name)\(rest).")
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
