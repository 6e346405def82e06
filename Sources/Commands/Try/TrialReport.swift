import AWS
import ArgumentParser
import Calendar
import Daemon
import JSON
import MessageHandling
import SubscriberConfiguration
import SubscriberEngine

/// What a trial came to, for people and for scripts.
struct TrialReport {
    private let result: Trial.Result
    private let subject: HandlerTrial.Subject
    private let message: TrialMessage

    init(_ result: Trial.Result, _ subject: HandlerTrial.Subject, _ message: TrialMessage) {
        self.result = result
        self.subject = subject
        self.message = message
    }

    var status: ExitCode {
        let status: ExitStatus
        switch result {
        case .notTaken: return .failure
        case .interrupted: status = .temporary
        case .ran(let trial):
            switch trial.run.result {
            case .outcome(.done): status = .success
            case .outcome(.retry), .failed, .threw: return .failure
            case .outcome(.reject): status = .invalidData
            case .unavailable: status = .unavailable
            case .cancelled: status = .temporary
            }
        }
        return ExitCode(status.rawValue)
    }

    var text: String {
        switch result {
        case .notTaken(let why): "the handler does not take the message:\n\(why)"
        case .interrupted: "interrupted: the handler was ended"
        case .ran(let trial):
            """
            \(RunSentence(trial.run).text(isOutputShown: true))
            outcome: \(RunSentence(trial.run).outcome)
            the queue would see: \(TrialEffect(trial, subject).text)
            """
        }
    }

    func json(_ lines: [TrialLines.Line]) -> String {
        var json = JSONWriter(isSpaced: true)
        json.object { json in
            json.member("handler", subject.handler.name)
            json.member("queue", subject.subscription.queue.name)
            json.member("message_id", message.message.id)
            json.member("receive_count", message.message.receiveCount)
            if let effect = message.effect { json.member("from_queue", effect) }
            json.name("output")
            json.array { json in for line in lines { line.write(&json) } }
            json.member("outcome", outcome)
            switch result {
            case .notTaken(let why): json.member("text", why)
            case .interrupted: break
            case .ran(let trial):
                let sentence = RunSentence(trial.run)
                json.member("text", sentence.text(isOutputShown: true))
                json.member("duration_usec", Int(trial.run.duration.microseconds))
                json.member("details", trial.run.detail.fields)
                json.name("effect")
                TrialEffect(trial, subject).write(&json)
            }
        }
        return json.text
    }

    private var outcome: String {
        switch result {
        case .notTaken: "unmatched"
        case .interrupted: "interrupted"
        case .ran(let trial): RunSentence(trial.run).outcome
        }
    }
}
