import AWS
import Calendar
import Daemon
import JSON
import MessageHandling
import SubscriberConfiguration
import SubscriberEngine

/// What a queue would see of a run: what becomes of the message, and when.
struct TrialEffect {
    private let trial: HandlerTrial.Result
    private let subject: HandlerTrial.Subject

    init(_ trial: HandlerTrial.Result, _ subject: HandlerTrial.Subject) {
        self.trial = trial
        self.subject = subject
    }

    private var run: HandledMessage { trial.run }

    /// The word for scripts: delete, return, expire, dead_letter, keep or none.
    var action: String {
        switch run.aftermath {
        case .deleted: "delete"
        case .returns: "return"
        case .lapses: "expire"
        case .deadLettering: "dead_letter"
        case .kept: "keep"
        case .undecided: "none"
        }
    }

    var text: String {
        switch run.aftermath {
        case .deleted: "the message deleted" + others
        case .returns(let delay):
            "it visible again \(delay > .zero ? "in \(delay.readable)" : "at once")" + redrive
        case .lapses: lapse + redrive
        case .deadLettering: "it sent to \(deadLetterQueue ?? "the dead-letter queue"), and deleted"
        case .kept:
            "it hidden until the handler can be started; nothing more is received meanwhile"
        case .undecided: "nothing"
        }
    }

    func write(_ json: inout JSONWriter) {
        json.object { json in
            json.member("action", action)
            if case .returns(let delay) = run.aftermath {
                json.member("after_seconds", Int(delay.components.seconds))
            }
            if case .lapses = run.aftermath, let timeout = subject.visibilityTimeout {
                json.member("after_seconds", Int(timeout.components.seconds))
            }
            if case .deadLettering = run.aftermath, let deadLetterQueue {
                json.member("dead_letter_queue", deadLetterQueue)
            }
            json.member("text", text)
        }
    }

    private var deadLetterQueue: String? { subject.subscription.deadLetterQueue?.name }

    private var lapse: String {
        let time =
            subject.visibilityTimeout.map { "its visibility timeout of \($0.readable) is over" }
            ?? "the queue's visibility timeout is over (the queue was not asked)"
        guard case .outcome(.reject) = run.result else { return "it back when \(time)" }
        return "it back when \(time), until the redrive policy takes it, "
            + "for no dead_letter_queue is set"
    }

    private var redrive: String {
        guard let maximum = run.maximumReceives, run.receiveCount >= maximum else { return "" }
        return "; the redrive policy moves it to the dead-letter queue then (receive "
            + "\(run.receiveCount) of \(maximum))"
    }

    /// The message is deleted when all that take it are done.
    private var others: String {
        let names = MatchReport(subject.subscription, subject.message).takers
            .filter { $0 != subject.handler.name }
        return names.isEmpty
            ? ""
            : ", once it is done with these as well: "
                + names.joined(separator: ", ")
    }
}
