import ArgumentParser
import Daemon
import JSON
import MessageHandling
import SQS

/// `dlq export`: saves messages in a file.
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Save the messages of a queue in a file, a JSON object per line.",
        discussion: """
            Body, attributes and what the service says of each message, in the form in which the \
            AWS CLI prints it; "dlq import" sends them again. A file that an export has begun is \
            gone on with: what it holds is not written again. '-' is standard output.

            With --delete each message is deleted from the queue when it is in the file, on the \
            disk. So all of a FIFO queue can be had; without it, only the first of each group. \
            --dry-run looks at the messages, and neither saves nor deletes one.

            \(DeadLettersCommand.lookEffects)
            """)

    @Argument(help: "The queue: its name, URL or ARN.")
    var queue: String

    @Argument(help: "The file; '-' is standard output.")
    var file: String

    @OptionGroup
    var selection: SelectionOptions

    @OptionGroup
    var hiding: HidingOptions

    @Flag(help: "Delete each message from the queue when it is in the file.")
    var delete = false

    @Flag(help: "Say what would be saved and deleted, and do neither.")
    var dryRun = false

    @Flag(help: "Print a JSON object with what was done.")
    var json = false

    @OptionGroup(title: "Service")
    var service: ServiceOptions

    func validate() throws {
        guard file == "-" else { return }
        if delete { throw ValidationError("--delete needs a file: a pipe keeps no promise.") }
        if json { throw ValidationError("--json prints where '-' prints the messages.") }
    }

    func run() async throws {
        try await service.work(on: queue, for: "dlq") { connection, queue in
            try await Interruption.watching { interruption in
                try await export(queue, over: connection, until: interruption)
            }
        }
    }

    private struct Tally {
        var written = 0
        var known = 0
        var undeleted = 0
    }

    private func export(
        _ queue: Queue, over connection: QueueConnection, until interruption: Interruption
    ) async throws {
        let selection = try selection.selection()
        var archive = try ArchiveFile(file, isWritten: !dryRun)
        let facts = try await connection.facts(of: queue)
        let named = Queue(name: queue.name, url: queue.url, arn: facts.arn)
        var scanner = QueueScanner(
            service: connection.service, queue: named,
            visibilityTimeout: try hiding.time(
                forLookingAt: deletes && selection.takesAll ? 0 : facts.visible),
            scan: Scan(expected: facts.visible, endsWithExpected: false))
        var tally = Tally()
        var progress = ProgressLine()
        do {
            while !scanner.scan.isOver, !interruption.isRequested, tally.written < limit {
                let taken = try await scanner.receive().new.filter(selection.takes)
                try await keep(taken, in: &archive, &scanner, &tally)
                progress.show("Saved \(tally.written) of about \(facts.visible)")
            }
        } catch {
            progress.clear()
            await scanner.release()
            Terminal.line(text(tally, of: queue, hidden: 0), to: .error)
            throw error
        }
        progress.clear()
        await scanner.release()
        let rest = deletes ? 0 : max(0, facts.visible - scanner.scan.count)
        try tell(tally, of: queue, hidden: queue.isFIFO ? rest : 0, interruption.isRequested)
    }

    private var limit: Int { selection.limit ?? .max }
    private var deletes: Bool { delete && !dryRun }

    private func keep(
        _ taken: [Message], in archive: inout ArchiveFile, _ scanner: inout QueueScanner,
        _ tally: inout Tally
    ) async throws {
        var new: [Message] = []
        var known: [Message] = []
        for message in taken {
            if archive.ids.contains(message.id) {
                known.append(message)
            } else if tally.written + new.count < limit {
                new.append(message)
            }
        }
        if !dryRun { try archive.append(new) }
        tally.written += new.count
        tally.known += known.count
        guard deletes, !(new + known).isEmpty else { return }
        try archive.sync()
        let deletion = try await scanner.delete(new + known)
        tally.undeleted += deletion.left.count
        if let trouble = deletion.trouble { throw trouble }
    }

    private func tell(
        _ tally: Tally, of queue: Queue, hidden: Int, _ wasCut: Bool
    ) throws {
        if json {
            var json = JSONWriter(isSpaced: true)
            json.object { json in
                json.member("queue", queue.name)
                json.name("dryRun")
                json.boolean(dryRun)
                json.member("written", tally.written)
                json.member("writtenBefore", tally.known)
                json.member("undeleted", tally.undeleted)
                json.member("hidden", hidden)
            }
            Terminal.line(json.text)
        } else {
            Terminal.line(
                text(tally, of: queue, hidden: hidden), to: file == "-" ? .error : .output)
        }
        if wasCut { throw ExitCode(ExitStatus.temporary.rawValue) }
        if !dryRun, tally.undeleted > 0 || hidden > 0 { throw ExitCode.failure }
    }

    private func text(_ tally: Tally, of queue: Queue, hidden: Int) -> String {
        let before = tally.known > 0 ? ", \(tally.known) were in it before" : ""
        let what =
            !dryRun ? "Saved" : delete ? "Would save, and delete," : "Would save"
        var lines = [
            "\(what) \(tally.written.counted("message")) of \(queue.name) in \(file)\(before)."
        ]
        if tally.undeleted > 0 {
            lines.append("  \(tally.undeleted) could not be deleted: run it again")
        }
        if hidden > 0 {
            lines.append(
                "  about \(hidden) are behind others of their groups: --delete gets them too")
        }
        return lines.joined(separator: "\n")
    }
}
