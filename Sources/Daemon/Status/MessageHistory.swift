package import Control
import Glibc
import Logging
import MessageHandling
package import SubscriberEngine
import Synchronization

/// What happened lately to single messages, for who asks for one of them or for the last failures.
///
/// Failures are kept apart from what went well: no flood of successes hides one. Kept is what the
/// engine reports anyway; words are made of it when somebody asks, and are those of the log.
package final class MessageHistory: Sendable {
    /// The most that are kept of what went well, and of failures. Each may have as much of its
    /// handler's output as ``RunDetail/outputMaximum``: 8 MB in all.
    package static let most = 1_000
    /// The most that is told of one message, each second to each who has it open.
    package static let mostOfOne = 50

    fileprivate enum Event: Sendable {
        case report(Report)
        case sent(SentDeadLetter)

        var messageID: String? {
            switch self {
            case .report(let report): report.subject?.messageID
            case .sent(let letter): letter.messageID
            }
        }
    }

    fileprivate struct Entry: Sendable {
        let number: Int
        /// Seconds since 1970.
        let at: Int
        let queue: String
        let isFailure: Bool
        let event: Event
    }

    private struct State {
        var count = 0
        var failureCount = 0
        var successes = Ring<Entry>(most: most)
        var failures = Ring<Entry>(most: most)
    }

    private let state = Mutex(State())

    package init() {}

    /// How many failures there were.
    package var failureCount: Int { state.withLock { $0.failureCount } }

    /// Called for every message: takes nothing apart, and writes no text.
    package func note(_ report: Report, of queue: String) {
        guard let subject = report.subject else { return }
        note(.report(report), of: queue, isFailure: subject.isFailure)
    }

    /// A rejected message has arrived in the dead-letter queue.
    package func note(_ letter: SentDeadLetter, of queue: String) {
        note(.sent(letter), of: queue, isFailure: false)
    }

    private func note(_ event: Event, of queue: String, isFailure: Bool) {
        let at = time(nil)
        state.withLock { state in
            state.count += 1
            let entry = Entry(
                number: state.count, at: at, queue: queue, isFailure: isFailure, event: event)
            if isFailure {
                state.failureCount += 1
                state.failures.append(entry)
            } else {
                state.successes.append(entry)
            }
        }
    }

    /// The latest, the newest first.
    package func failures(_ most: Int) -> [MessageEvent] {
        state.withLock { $0.failures.inOrder }.suffix(most).reversed().flatMap(\.told)
    }

    /// What is kept of a message, the oldest first; of very much the latest.
    package func story(of messageID: String) -> [MessageEvent] {
        let all = state.withLock { $0.successes.inOrder + $0.failures.inOrder }
        return all.filter { $0.event.messageID == messageID }
            .sorted { $0.number < $1.number }.suffix(Self.mostOfOne).flatMap(\.told)
    }
}

extension MessageHistory.Entry {
    /// The entry in the words of the log.
    fileprivate var told: [MessageEvent] {
        let lines = ReportLines()
        let logger = Logger(label: "history") { _ in lines }
        let log = ReportLog(
            queue: queue, messages: MessageLog(logger: logger, linesPerSecond: 0), service: logger)
        switch event {
        case .report(let report): log.log(report)
        case .sent(let letter): log.sent(letter)
        }
        return lines.all.map { line in
            MessageEvent(
                number: number, at: at, source: (queue, line.handler),
                messageID: event.messageID ?? "", isFailure: isFailure, text: line.text,
                output: line.output)
        }
    }
}

/// The last elements that were added.
private struct Ring<Element> {
    private let most: Int
    private var elements: [Element] = []
    /// The place of the oldest, once all places are taken.
    private var oldest = 0

    init(most: Int) {
        self.most = most
    }

    mutating func append(_ element: Element) {
        guard elements.count == most else { return elements.append(element) }
        elements[oldest] = element
        oldest = (oldest + 1) % most
    }

    /// The oldest first.
    var inOrder: [Element] { Array(elements[oldest...] + elements[..<oldest]) }
}

/// What a log would have been told.
private struct ReportLines: LogHandler {
    struct Line: Sendable {
        let text: String
        let handler: String?
        let output: String?
    }

    private final class Kept: Sendable {
        let lines = Mutex<[Line]>([])
    }

    private let kept = Kept()
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    var all: [Line] { kept.lines.withLock { $0 } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let text = event.message.description
        let line = Line(
            text: text.split(whereSeparator: \.isNewline).first.map(String.init) ?? text,
            handler: event.metadata?["handler"]?.description,
            output: event.metadata?["output"]?.description)
        kept.lines.withLock { $0.append(line) }
    }
}

extension Report {
    /// The message that the report is about, where it is about one and says something that no other
    /// report has said.
    fileprivate var subject: (messageID: String, isFailure: Bool)? {
        switch self {
        case .handled(let run): (run.messageID, run.result.isTrouble)
        case .outcomeDiscarded(let run): (run.messageID, true)
        case .delayCapped(let id, _, _), .deletedWithoutRun(let id): (id, false)
        case .deadLetterFailed(let id, _), .leaseLost(let id, _, _), .deleteFailed(let id, _):
            (id, true)
        case .unmatched(_, let id, _): (id, true)
        case .retryScheduled, .rejected, .released, .groupStalled, .groupMoves, .troubleBegan,
            .troubleChanged, .troubleEnded, .troubleForgotten, .gateTripped, .gateExplained,
            .gateRecovered, .gateLifted, .handlerSlowed, .handlerRecovered, .visibilityTimeout,
            .visibilityTimeoutAssumed, .drainBegan, .drainCalledOff, .handlersCancelled,
            .handlersAbandoned, .drainEnded:
            nil
        }
    }
}
