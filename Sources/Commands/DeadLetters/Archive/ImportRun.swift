import Daemon
import MessageHandling
import SQS

/// One import, from where it was cut to its end.
struct ImportRun {
    private let file: String
    private let total: Int?
    private let queue: Queue
    private let interruption: Interruption
    private let publisher: Publisher
    private let notes: ImportProgressFile?
    private var lines: ArchiveLines
    private var state: ImportProgress
    private var progress = ProgressLine()
    private var batch: MessageBatch
    private var last = 0
    private var digest = ""
    private(set) var sent = 0
    private(set) var refused = 0

    /// - Parameter state: what is noted of it, or that of a new import.
    init(
        file: String, descriptor: Int32, total: Int?, after state: ImportProgress,
        to queue: Queue, over connection: QueueConnection, until interruption: Interruption
    ) {
        self.file = file
        self.total = total
        self.queue = queue
        self.interruption = interruption
        batch = MessageBatch(for: queue)
        publisher = Publisher(service: connection.service, queueURL: queue.url)
        lines = ArchiveLines(descriptor: descriptor)
        notes = file == "-" ? nil : ImportProgressFile(for: file)
        self.state = state
        if state.lines > 0 {
            Terminal.line("Going on after line \(state.lines) of \(file).", to: .error)
        }
    }

    /// Sends all that is not sent yet.
    /// - Throws: what keeps it from going on; the same command does later.
    mutating func toTheEnd() async throws {
        try notes?.write(state)
        while !interruption.isRequested, let line = try lines.next() {
            let message: Message
            switch line.content {
            case .success(let read): message = read
            case .failure(let error):
                try await flush()
                throw CommandFailure(
                    .invalidData, "\(file): line \(line.number): \(error.problem)")
            }
            guard !state.isDone(line.number) else { continue }
            let entry = MessageCopy.imported(
                message, line: line.number, digest: line.digest, run: state.run, to: queue)
            if !batch.hasRoom(for: entry) { try await flush() }
            batch.append(entry)
            (last, digest) = (line.number, line.digest)
            if batch.isFull { try await flush() }
        }
        if !interruption.isRequested {
            try await flush()
            notes?.remove()
        }
        progress.clear()
    }

    private mutating func flush() async throws {
        guard !batch.isEmpty else { return }
        let report = try await publisher.send(batch.take())
        sent += report.done.count
        var done = report.done.map(\.entry.number)
        for failure in report.failed where failure.isRefusal {
            refused += 1
            done.append(failure.entry.number)
            progress.clear()
            Terminal.line(
                "Not sent: \(file): line \(failure.entry.number): "
                    + PrintableText.of(failure.error.description), to: .error)
        }
        let trouble = report.trouble
        state.add(done, upTo: last, digest: digest, isComplete: trouble == nil)
        try notes?.write(state)
        progress.show("Sent \(sent)" + (total.map { " of \($0)" } ?? ""))
        if let trouble {
            progress.clear()
            Terminal.line(
                "Sent \(sent.counted("message")) of \(file) to \(queue.name)"
                    + (notes == nil ? "." : "; the same command goes on from there."), to: .error)
            throw trouble
        }
    }
}

extension SendEntry {
    /// The line that it is from.
    fileprivate var number: Int { Int(id.dropFirst()) ?? 0 }
}
