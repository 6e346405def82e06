import Daemon
import MessageHandling
import SQS

/// One import, from where it was cut to its end.
struct ImportRun {
    /// How long a writer may pause before what it wrote is sent: as long as one that writes line by
    /// line takes for ten.
    private static let pauseMilliseconds: Int32 = 50
    /// How long to wait for a line before a look whether the run is to stop.
    private static let idleMilliseconds: Int32 = 500

    private let input: ImportInput
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
        of input: ImportInput, total: Int?, notes: ImportProgressFile?, after state: ImportProgress,
        to queue: Queue, over connection: QueueConnection, until interruption: Interruption
    ) {
        self.input = input
        self.total = total
        self.queue = queue
        self.interruption = interruption
        batch = MessageBatch(for: queue)
        publisher = Publisher(service: connection.service, queueURL: queue.url)
        lines = ArchiveLines(descriptor: input.descriptor)
        self.notes = notes
        self.state = state
        if state.lines > 0 {
            Terminal.line("Going on after line \(state.lines) of \(input.name).", to: .error)
        }
    }

    /// Sends all that is not sent yet.
    /// - Throws: what keeps it from going on; the same command does later.
    mutating func toTheEnd() async throws {
        try notes?.write(state)
        var isAtEnd = false
        while !isAtEnd, goesOn {
            switch try lines.next(pauseMilliseconds: patience) {
            case .line(let line): try await add(line)
            case .end: isAtEnd = true
            case .pause:
                try await flush()
                // The signal's task may have no other thread.
                await Task.yield()
            }
        }
        try await flush()
        progress.clear()
        if isAtEnd {
            notes?.remove()
        } else if input.isStream {
            Terminal.line("Stopped after line \(last) of \(input.name).", to: .error)
        }
    }

    /// What was read of a stream is nowhere else: it is sent before a stop.
    private var goesOn: Bool {
        !interruption.isRequested || (input.isStream && lines.holdsLine)
    }

    /// Nil where a wait has an end: in a file.
    private var patience: Int32? {
        guard input.isStream else { return nil }
        return batch.isEmpty ? Self.idleMilliseconds : Self.pauseMilliseconds
    }

    private mutating func add(_ line: ArchiveLines.Line) async throws {
        let message: Message
        switch line.content {
        case .success(let read): message = read
        case .failure(let error):
            try await flush()
            throw CommandFailure(
                .invalidData, "\(input.name): line \(line.number): \(error.problem)")
        }
        guard !state.isDone(line.number) else { return }
        let entry = MessageCopy.imported(
            message, line: line.number, digest: line.digest, run: state.run, to: queue)
        if !batch.hasRoom(for: entry) { try await flush() }
        batch.append(entry)
        (last, digest) = (line.number, line.digest)
        if batch.isFull { try await flush() }
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
                "Not sent: \(input.name): line \(failure.entry.number): "
                    + PrintableText.of(failure.error.description), to: .error)
        }
        let trouble = report.trouble
        state.add(done, upTo: last, digest: digest, isComplete: trouble == nil)
        try notes?.write(state)
        progress.show("Sent \(sent)" + (total.map { " of \($0)" } ?? ""))
        if let trouble {
            progress.clear()
            Terminal.line(
                "Sent \(sent.counted("message")) of \(input.name) to \(queue.name)"
                    + (notes == nil ? "." : "; the same command goes on from there."), to: .error)
            throw trouble
        }
    }
}

extension SendEntry {
    /// The line that it is from.
    fileprivate var number: Int { Int(id.dropFirst()) ?? 0 }
}
