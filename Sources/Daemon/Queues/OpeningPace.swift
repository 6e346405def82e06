import AWS
import HTTP

/// How long to wait before a queue that did not answer is looked up again.
enum OpeningPace {
    private static let passing = Backoff(
        initial: .milliseconds(500), maximum: .seconds(30), drawn: 0.25)
    /// What only an operator can mend is looked at once in five minutes: a reload or a restart is
    /// there for who does not want to wait.
    private static let lasting = Backoff(
        initial: .milliseconds(500), maximum: .seconds(300), drawn: 0.25)

    static func pause(after failures: Int, nature: StartTrouble.Nature) -> Duration {
        let backoff = nature == .passing ? passing : lasting
        return backoff.delay(afterFailures: failures, fraction: Double.random(in: 0..<1))
    }
}
