import Calendar
package import Logging
import MessageHandling
package import SubscriberEngine

/// What the log says of a run's end: in one sentence which receive of how many it was, how it
/// ended, what becomes of the message and when, and why.
///
/// `exit status 1 after 8 ms, receive 2 of 5, back in 30 s: card declined`
package struct RunSentence: Sendable {
    let level: Logger.Level
    package let kind: LineKind
    let event: EventID
    /// The field `SQS_OUTCOME`: done, retry, reject, unavailable, cancelled or lost.
    package let outcome: String
    private let run: HandledMessage
    private let isTooLate: Bool

    /// The sentence about a run whose result counts.
    package init(_ run: HandledMessage) {
        self.run = run
        isTooLate = false
        (level, kind, event, outcome) =
            switch run.result {
            case .outcome(.done): (.info, .successes, .messageHandled, "done")
            case .outcome(.retry), .failed, .threw:
                (.warning, .failures, .messageReturned, "retry")
            case .outcome(.reject): (.warning, .failures, .messageRejected, "reject")
            case .unavailable: (.warning, .failures, .messageReturned, "unavailable")
            case .cancelled: (.notice, .failures, .messageReturned, "cancelled")
            }
    }

    /// The sentence about a run that ended when its message was no longer ours.
    package init(tooLate run: HandledMessage) {
        self.run = run
        isTooLate = true
        (kind, event) = (.failures, .outcomeDiscarded)
        let isCancelled = run.result == .cancelled
        (level, outcome) = isCancelled ? (.notice, "cancelled") : (.warning, "lost")
    }

    /// The text, of several lines where the output of a failed run is to be told here.
    ///
    /// - Parameter isOutputShown: whether the log has what the handler printed, line by line.
    package func text(isOutputShown: Bool) -> String {
        guard kind == .failures else { return run.successText }
        let output = QuotedOutput(run.detail.output)
        let clauses =
            isTooLate
            ? [run.head, run.receive, "but the message was no longer ours: this does not count"]
            : ["\(run.head)\(run.cancelCause)", run.receive, run.following]
        let why = run.why(output).map { ": \($0)" } ?? ""
        let rest = isOutputShown ? "" : output.rest.map { "\n\($0)" } ?? ""
        return clauses.joined(separator: ", ") + why + rest
    }

    /// What the entry has besides the text.
    package var fields: Logger.Metadata {
        var fields = run.detail.fields.mapValues { Logger.MetadataValue.string($0) }
        fields["receive_count"] = .stringConvertible(run.receiveCount)
        fields["outcome"] = .string(outcome)
        fields["duration_usec"] = .stringConvertible(run.duration.microseconds)
        if let group = run.group { fields["message_group_id"] = .string(group) }
        // Of a success it has been logged, or was not worth it.
        if kind == .failures, let output = run.detail.output, !output.isEmpty {
            fields["output"] = .string(output)
        }
        return fields
    }
}

extension HandledMessage {
    fileprivate var successText: String {
        var clauses = [head]
        if let ending = detail.ending { clauses.append(ending) }
        if receiveCount > 1 { clauses.append(receive) }
        switch aftermath {
        case .deleted: break
        case .undecided, .kept: clauses.append("deleted when its other handlers are done")
        case .returns(let delay):
            clauses.append("but back \(delay.untilThen), for another handler")
        case .lapses(let time):
            clauses.append("but back within \(time.rough), for another handler")
        case .deadLettering:
            clauses.append("but rejected by another handler, to the dead-letter queue")
        }
        return clauses.joined(separator: ", ")
    }

    /// How it ended, and after what time.
    fileprivate var head: String {
        let time = duration.readable
        switch result {
        case .outcome(.done): return "done in \(time)"
        case .outcome(.retry(after: .none)), .failed, .threw: return after(time, "failed")
        case .outcome(.retry(after: .some)): return after(time, "put off")
        case .outcome(.reject): return "rejected after \(time)"
        case .unavailable: return "not started"
        case .cancelled: return "cancelled after \(time)"
        }
    }

    private func after(_ time: String, _ usual: String) -> String {
        let clause = ending.clause ?? usual
        // Such a clause has a time of its own, or more than one verb.
        let isSimple = !clause.contains(",") && !clause.contains(" after ")
        return isSimple ? "\(clause) after \(time)" : "\(clause), took \(time)"
    }

    /// How the run ended, and what is said of it behind a colon: that goes where reasons are.
    private var ending: (clause: String?, reason: String?) {
        guard let ending = detail.ending, let colon = ending.firstRange(of: ": ") else {
            return (detail.ending, nil)
        }
        return (String(ending[..<colon.lowerBound]), String(ending[colon.upperBound...]))
    }

    /// A result that counts was cancelled for no other reason.
    fileprivate var cancelCause: String { result == .cancelled ? " by the stop" : "" }

    fileprivate var receive: String {
        "receive \(receiveCount)" + (maximumReceives.map { " of \($0)" } ?? "")
    }

    /// Whether SQS moves the message to a dead-letter queue rather than let it be received again.
    private var isLastReceive: Bool { maximumReceives.map { receiveCount >= $0 } ?? false }

    /// What becomes of a message that is not done.
    fileprivate var following: String {
        switch (aftermath, result) {
        case (.deadLettering, _): return "to the dead-letter queue"
        case (.deleted, _): return "deleted"
        case (.kept, _): return "kept, to be started again"
        case (.undecided, .outcome(.reject)):
            return "gone when its other handlers are over with it"
        case (.undecided, _): return "back when its other handlers are over with it"
        case (.returns(let delay), _) where isLastReceive:
            return Self.redriven + (delay > .zero ? " in \(delay.rough)" : "")
        case (.lapses(let time), _) where isLastReceive:
            return "\(Self.redriven) within \(time.rough)"
        case (.returns(let delay), .outcome(.reject)):
            return "back \(delay.untilThen), for another handler"
        case (.returns(let delay), _): return "back \(delay.untilThen)"
        case (.lapses(let time), .outcome(.reject)) where maximumReceives != nil:
            return "left to the redrive policy, back within \(time.rough)"
        case (.lapses(let time), _): return "back within \(time.rough)"
        }
    }

    private static let redriven = "to the dead-letter queue by the redrive policy"

    /// The reason, from the handler's result or from what it printed, or both.
    fileprivate func why(_ tail: QuotedOutput) -> String? {
        let reason: String? =
            switch result {
            case .threw(let error): error
            case .unavailable(let reason), .outcome(.reject(let reason)): reason
            case .outcome(.done), .outcome(.retry), .failed, .cancelled: ending.reason
            }
        guard let reason, !reason.isEmpty else { return tail.quote }
        guard let quote = tail.quote, !reason.contains(quote) else { return reason }
        return "\(reason): \(quote)"
    }
}

extension Duration {
    fileprivate var untilThen: String { self > .zero ? "in \(rough)" : "at once" }

    /// The duration in whole seconds from one on: SQS knows no others.
    fileprivate var rough: String {
        guard self > .seconds(1) else { return readable }
        let isWhole = components.attoseconds == 0
        return Duration.seconds(components.seconds + (isWhole ? 0 : 1)).readable
    }
}
