package import Logging
import MessageHandling
import SQS
package import SubscriberEngine

/// Says in the log what the engine of one queue reports.
package struct ReportLog: Sendable {
    let queue: String
    /// Lines about single messages.
    private let messages: MessageLog
    /// Everything else: never left out.
    private let service: Logger
    /// The trace of the message that a line is about; nil where it has none.
    private var traceID: String?

    package init(queue: String, messages: MessageLog, service: Logger) {
        self.queue = queue
        self.messages = messages
        var service = service
        service[metadataKey: "queue"] = .string(queue)
        self.service = service
    }

    /// One line, in most cases.
    ///
    /// - Parameter traceID: of the message that the report is about; nil where it has no trace.
    package func log(_ report: Report, traceID: String? = nil) {
        about(traceID).say(report)
    }

    func about(_ traceID: String?) -> ReportLog {
        var log = self
        log.traceID = traceID
        return log
    }

    /// Each report has its own line: a new one does not go unsaid.
    private func say(_ report: Report) {
        switch report {
        case .handled(let run): ended(run)
        case .outcomeDiscarded(let run): endedTooLate(run)
        case .retryScheduled(let id, let count, let delay): comesBack(id, count, delay)
        case .delayCapped(let id, let asked, let granted): delayCapped(id, asked, granted)
        case .rejected(let id, let reason, let isDeadLettered):
            rejected(id, reason, isDeadLettered)
        case .deadLetterFailed(let id, let error): deadLetterFailed(id, error)
        case .leaseLost(let id, let loss, let work): leaseLost(id, loss, work)
        case .deleteFailed(let id, let error): deleteFailed(id, error)
        case .deletedWithoutRun(let id): deletedWithoutRun(id)
        case .unmatched(let count, let id, let policy): unmatched(count, id, policy)
        case .released(let count, let cause): released(count, cause)
        case .groupStalled(let stall): groupStalled(stall)
        case .groupMoves(let group, let time): groupMoves(group, time)
        case .troubleBegan(let activity, let error): troubleBegan(activity, error)
        case .troubleChanged(let activity, let error): troubleChanged(activity, error)
        case .troubleEnded(let activity, let time, let count): troubleEnded(activity, time, count)
        case .troubleForgotten(let activity, let time, let count):
            troubleForgotten(activity, time, count)
        case .gateTripped(let handler, let reason, let others):
            gateTripped(handler, reason, others)
        case .gateExplained(let handler, let reason): gateExplained(handler, reason)
        case .gateRecovered(let handler, let time): gateRecovered(handler, time)
        case .gateLifted(let handler, let time): gateLifted(handler, time)
        case .handlerSlowed(let handler, let failures, let isProbing):
            handlerSlowed(handler, failures, isProbing)
        case .handlerRecovered(let handler, let time): handlerRecovered(handler, time)
        case .visibilityTimeout(let timeout): visibilityTimeout(timeout)
        case .visibilityTimeoutAssumed(let timeout): visibilityTimeoutAssumed(timeout)
        case .drainBegan(let running): drainBegan(running)
        case .drainCalledOff(let running): drainCalledOff(running)
        case .handlersCancelled(let count): handlersCancelled(count)
        case .handlersAbandoned(let count): handlersAbandoned(count)
        case .drainEnded(let time, let unconfirmed): drainEnded(time, unconfirmed)
        }
    }

    /// A line about a message.
    func say(
        _ level: Logger.Level, _ event: EventID, of id: String?, _ text: String,
        handler: String? = nil, _ fields: Logger.Metadata = [:]
    ) {
        let isUsual = event == .messageHandled || level < .info
        messages.log(
            level, isUsual ? .successes : .failures, event,
            of: LineSource(queue: queue, handler: handler), messageID: id, text: text,
            fields: traced(fields))
    }

    private func traced(_ fields: Logger.Metadata) -> Logger.Metadata {
        guard let traceID else { return fields }
        return fields.merging(["trace_id": .string(traceID)]) { own, _ in own }
    }

    /// A line about the queue, or a handler of it.
    func say(
        _ level: Logger.Level, _ event: EventID?, _ text: String, handler: String? = nil
    ) {
        var fields: Logger.Metadata = [:]
        fields["event_id"] = event.map { .string($0.rawValue) }
        fields["handler"] = handler.map { .string($0) }
        service.log(level: level, "\(text)", metadata: fields)
    }
}

// MARK: Ends of runs

extension ReportLog {
    private func ended(_ run: HandledMessage) {
        say(RunSentence(run), of: run)
    }

    private func endedTooLate(_ run: HandledMessage) {
        say(RunSentence(tooLate: run), of: run)
    }

    private func say(_ sentence: RunSentence, of run: HandledMessage) {
        let source = LineSource(queue: queue, handler: run.handler)
        let isOutputShown =
            sentence.kind == .failures && messages.showsOutput(of: source, for: run.duration)
        messages.log(
            sentence.level, sentence.kind, sentence.event, of: source, messageID: run.messageID,
            text: sentence.text(isOutputShown: isOutputShown), fields: traced(sentence.fields))
    }
}
