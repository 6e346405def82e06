import Daemon
import MessageHandling
import SQS

/// A redrive by copy, then delete: at every moment a message is in one of the two queues, or in
/// both.
struct RedriveRun {
    struct Settings {
        let selection: MessageSelection
        let limit: Int?
        let rate: Int?
        let isDryRun: Bool
    }

    private let settings: Settings
    private let source: Queue
    private let service: SQSClient
    private let interruption: Interruption
    private let expected: Int
    private var destinations: Destinations
    private var scanner: QueueScanner
    private var progress = ProgressLine()
    private let began = ContinuousClock.now
    private(set) var report = RedriveReport()
    /// The copied ones whose delete was not confirmed.
    private var undeleted: [String: Message] = [:]
    /// The ids of the copies: what has one is back.
    private var copies: Set<String> = []
    /// The groups of which a message stayed: nothing of theirs may overtake it.
    private var blockedGroups: Set<String> = []

    /// - Parameter scanner: of the dead-letter queue, nothing received yet.
    init(
        _ settings: Settings, scanner: QueueScanner, expected: Int, destinations: Destinations,
        interruption: Interruption
    ) {
        self.settings = settings
        source = scanner.queue
        service = scanner.service
        self.scanner = scanner
        self.expected = expected
        self.destinations = destinations
        self.interruption = interruption
    }

    /// Moves all there is. Where it fails, what was moved is in ``report``, and the rest is given
    /// back.
    mutating func toTheEnd() async throws {
        do {
            while goesOn {
                try await move(try await gather())
            }
            await end()
        } catch {
            await end()
            throw error
        }
    }

    private var goesOn: Bool {
        !interruption.isRequested && !scanner.scan.isOver && room > 0
    }

    /// How many more `--limit` allows.
    private var room: Int { (settings.limit ?? .max) - report.copied }

    private mutating func end() async {
        progress.clear()
        report.undeleted = undeleted.count
        await scanner.release()
    }

    /// What is worked on next.
    private mutating func gather() async throws -> [Message] {
        var size = RedriveRounds.hand(
            ordered: source.isFIFO, rate: settings.rate,
            visibilityTimeout: scanner.visibilityTimeout)
        // What a limit leaves over need not be received.
        if settings.selection.takesAll { size = min(size, room) }
        var hand: [Message] = []
        let began = ContinuousClock.now
        let patience = RedriveRounds.patience(visibilityTimeout: scanner.visibilityTimeout)
        repeat {
            let maximum = min(MessageBatch.maximumEntries, size - hand.count)
            let (new, again) = try await scanner.receive(maximum)
            try await delete(again.filter { undeleted[$0.id] != nil })
            hand += new
            if new.isEmpty { break }
        } while source.isFIFO && hand.count < size && goesOn
            && began.duration(to: .now) < patience
        return hand
    }

    private mutating func move(_ hand: [Message]) async throws {
        var meant: [(message: Message, target: Queue)] = []
        for message in hand where meant.count < room {
            if let target = try await target(of: message) { meant.append((message, target)) }
        }
        let targets = Dictionary(meant.map { ($0.message.id, $0.target) }) { $1 }
        let rounds = RedriveRounds.of(
            meant.map(\.message), ordered: source.isFIFO,
            size: RedriveRounds.size(rate: settings.rate))
        for round in rounds where !interruption.isRequested {
            let byTarget = Dictionary(grouping: round) { targets[$0.id] }
            for case (let target?, let messages) in byTarget {
                try await move(messages, to: target)
            }
            progress.show("Moved \(report.copied) of about \(expected)")
            let wait = RedriveRounds.wait(
                moved: report.copied, elapsed: began.duration(to: .now), rate: settings.rate)
            if wait > .zero, !settings.isDryRun { try await Task.sleep(for: wait) }
        }
    }

    /// Nil where it stays, which is noted.
    private mutating func target(of message: Message) async throws -> Queue? {
        let origin = DeadLetterOrigin(message)
        if copies.contains(message.id) || origin.messageID.map(copies.contains) == true {
            report.cameBack += 1
            return nil
        }
        guard settings.selection.takes(message) else {
            report.unmatched += 1
            return nil
        }
        switch try await destinations.target(of: message) {
        case .queue(let queue): return queue
        case .none(let reason):
            report.addHomeless(reason)
            return nil
        }
    }

    private mutating func move(_ messages: [Message], to target: Queue) async throws {
        var batch = MessageBatch(for: target)
        let byID = Dictionary(
            messages.enumerated().map { ("m\($0)", $1) }
        ) { $1 }
        for (index, message) in messages.enumerated() {
            if let reason = destinations.whyClosed(target) {
                report.addHomeless(reason)
                continue
            }
            if source.isFIFO, blockedGroups.contains(message.orderedGroup) {
                report.addFailed()
                continue
            }
            if settings.isDryRun {
                report.addMoved(to: target.name)
                continue
            }
            let entry = MessageCopy.redriven(message, id: "m\(index)", to: target)
            if !batch.hasRoom(for: entry) { try await copy(batch.take(), of: byID, to: target) }
            batch.append(entry)
        }
        if !batch.isEmpty { try await copy(batch.take(), of: byID, to: target) }
    }

    /// Copies messages, and deletes those that the target has taken.
    private mutating func copy(
        _ entries: [SendEntry], of messages: [String: Message], to target: Queue
    ) async throws {
        let sent = try await Publisher(service: service, queueURL: target.url).send(entries)
        var copied: [Message] = []
        for (entry, answer) in sent.done {
            guard let message = messages[entry.id] else { continue }
            copies.insert(answer.id)
            undeleted[message.id] = message
            report.addMoved(to: target.name)
            copied.append(message)
        }
        for failure in sent.failed where failure.isRefusal {
            guard let message = messages[failure.entry.id] else { continue }
            blockedGroups.insert(message.orderedGroup)
            report.addFailed("\(message.id): \(failure.error.description)")
        }
        try await delete(copied)
        guard let trouble = sent.trouble else { return }
        try destinations.close(target, because: trouble)
        for failure in sent.failed where !failure.isRefusal {
            report.addHomeless(destinations.whyClosed(target) ?? trouble.description)
        }
    }

    private mutating func delete(_ messages: [Message]) async throws {
        guard !messages.isEmpty else { return }
        let deletion = try await scanner.delete(messages)
        let left = Set(deletion.left.map(\.id))
        for message in messages where !left.contains(message.id) {
            undeleted[message.id] = nil
        }
        // All that is copied from here on would be in both queues.
        if let trouble = deletion.trouble { throw trouble }
    }
}
