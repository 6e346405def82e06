import ArgumentParser
import HTTP
import JSON
import SubscriberConfiguration

struct LogLevelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log-level",
        abstract: "Show or set what the running daemon logs.",
        discussion: """
            Holds until the next reload or restart, which set that of [log] level.

            EXAMPLES
              sqs-subscriber log-level
              sqs-subscriber log-level debug
            """)

    @Argument(help: "debug, info, notice, warning or error; without one it is printed.")
    var level: LogSettings.Level?

    @OptionGroup
    var control: ControlOptions

    func run() async throws {
        let query = level.map { "?level=\($0.rawValue)" } ?? ""
        try await control.ask(level == nil ? "GET" : "POST", "/log-level\(query)") { answer in
            Terminal.line(try answer.checked().body["level"]?.asText ?? "")
        }
    }
}

extension LogSettings.Level: ExpressibleByArgument {}
