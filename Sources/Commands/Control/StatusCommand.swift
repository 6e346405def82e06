import ArgumentParser
import Control
import Daemon
import Glibc
import JSON

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what the running daemon does.",
        discussion: """
            For each queue its state, the messages in hand, how many per second were received and \
            deleted over the last minute and the last 15, how long ago the oldest one in hand was \
            sent, and how many wait in the queue (approximately, as of the last look); for each \
            handler its runs since the start, and their durations over the last 15 minutes.

            Exits with 0 where all is well, with 1 where a queue is in trouble, the last reload \
            was refused or the daemon does not answer within 10 s, with 3 where no daemon runs, \
            and with 77 where this user may not ask.
            """)

    @Flag(help: "Print what the control socket answers, for a script.")
    var json = false

    @Flag(help: "List each run with its message.")
    var running = false

    @OptionGroup
    var control: ControlOptions

    private enum Status: Int32 {
        case trouble = 1
        case notRunning = 3
    }

    /// A daemon answers at once, however much it has to do.
    private static let patience = Duration.seconds(10)

    func run() async throws {
        do {
            let answer = try await control.client()
                .ask("GET", "/status", within: Self.patience).checked()
            show(answer.body)
            if case .boolean(true)? = answer.body["trouble"] {
                throw ExitCode(Status.trouble.rawValue)
            }
        } catch let failure as CommandFailure where failure.status == .temporary {
            _ = failure.exit()
            throw ExitCode(Status.trouble.rawValue)
        } catch let failure as CommandFailure {
            throw failure.exit()
        } catch let failure as ControlClient.NotRunning {
            Terminal.line("Error: \(failure)", to: .error)
            throw ExitCode(Status.notRunning.rawValue)
        }
    }

    private func show(_ report: JSONValue) {
        guard !json else { return Terminal.line(report.text) }
        Terminal.write(StatusScreen(report, now: time(nil)).text(showsRuns: running))
    }
}
