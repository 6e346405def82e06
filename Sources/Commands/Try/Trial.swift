import Daemon
import HandlerLibrary
import MessageHandling
import SubscriberConfiguration

/// The run of a trial, which Ctrl-C ends as a stop ends the daemon's.
struct Trial {
    enum Result {
        case ran(HandlerTrial.Result)
        /// The handler does not get the message. Why, in lines.
        case notTaken(String)
        case interrupted
    }

    let setup: Daemon.Setup
    let connection: ServiceConnection
    let lines: TrialLines
    let subject: HandlerTrial.Subject

    /// - Parameter message: told of before the handler runs; nil for none.
    func result(showing message: TrialMessage?) async throws -> Result {
        let match = MatchReport(subject.subscription, subject.message)
        if let message {
            Terminal.line(PrintableText.of(message.headline(for: subject.handler)))
        }
        guard match.takers.contains(subject.handler.name) else { return .notTaken(match.text) }
        let signals = SignalListener()
        await signals.start()
        let trial = HandlerTrial(
            subject, setup: setup, connection: connection, bodies: ShownBodies(lines: lines))
        let watch = Task {
            for await signal in signals.signals where signal == .stop { trial.cancel() }
        }
        defer { watch.cancel() }
        return await trial.run().map { .ran($0) } ?? .interrupted
    }
}

/// Shows bodies instead of writing them to the journal.
private struct ShownBodies: BodyOutput {
    let lines: TrialLines

    func write(_ messages: [Message], of handlerName: String) -> [HandlerResult] {
        for message in messages {
            lines.add(TrialLines.Line(text: message.body, level: "info", stream: "stdout"))
        }
        return messages.map { _ in .done }
    }

    func check() throws(HandlerUnavailable) {}
}
