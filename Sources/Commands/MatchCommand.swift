import AWS
import ArgumentParser
import Daemon
import EventPatterns
import Intake
import JSON
import MessageHandling
import SubscriberConfiguration

struct MatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "match",
        abstract: "Say which handlers want a message, and why the others do not.",
        discussion: """
            A handler's [match] is an EventBridge event pattern, as Lambda's event filtering takes \
            it for SQS: body (fields of a JSON body, or a list for a plain text), \
            messageAttributes and attributes. Nothing is sent or received here.

            With --message the configuration answers: for each handler, whether it takes the \
            message, or else the first field that does not fit. The file holds a message as \
            "aws sqs receive-message" prints it or a record of Lambda's event, or a list of either.

            With --pattern and --event one pattern and one JSON document are compared, without a \
            configuration. With --pattern and --message the pattern is one for messages.

            Exits with 0 when there is a match (a handler for each message), 1 when there is \
            none, 65 when a file is not valid.

            EXAMPLES
              sqs-subscriber match --message message.json
              aws sqs receive-message --queue-url … | sqs-subscriber match --message -
              sqs-subscriber match --pattern pattern.json --event event.json

              message.json:  {"body": "{\\"type\\": \\"created\\"}", "messageAttributes": {
                               "tenant": {"stringValue": "a", "dataType": "String"}}}
              pattern.json:  {"type": ["created", {"prefix": "up"}]}
            """)

    @Option(help: ArgumentHelp("A message in JSON; '-' is standard input.", valueName: "file"))
    var message: String?

    @Option(help: ArgumentHelp("A pattern in JSON.", valueName: "file"))
    var pattern: String?

    @Option(help: ArgumentHelp("A JSON document for --pattern.", valueName: "file"))
    var event: String?

    @Option(
        help: ArgumentHelp(
            "Only the handlers of this queue: its name, URL or ARN.", valueName: "queue"))
    var queue: String?

    @OptionGroup(title: "Configuration")
    var options: ConfigurationOptions

    func validate() throws {
        guard (message == nil) != (event == nil) else {
            throw ValidationError("Say what to match: --message, or --pattern with --event.")
        }
        if event != nil, pattern == nil {
            throw ValidationError("--event needs a --pattern to compare it with.")
        }
        if pattern != nil, queue != nil {
            throw ValidationError("--pattern is compared by itself, so --queue has no meaning.")
        }
        if [message, pattern, event].count(where: { $0 == "-" }) > 1 {
            throw ValidationError("Only one of the files can be standard input.")
        }
    }

    func run() throws {
        do {
            let isMatch = try pattern.map(comparePattern) ?? compareHandlers()
            if !isMatch { throw ExitCode.failure }
        } catch let failure as CommandFailure {
            throw failure.exit()
        }
    }

    private func comparePattern(file: String) throws -> Bool {
        let subject: EventPattern.Subject = event == nil ? .message : .event
        let pattern = try InputFile.pattern(file, for: subject)
        let set = PatternSet([pattern], for: subject)
        if let event {
            let text = try InputFile.text(event)
            do {
                return report(try set.mismatch(of: 0, event: text))
            } catch {
                throw InputFile.invalid(event, error.description)
            }
        }
        var isMatch = true
        for message in try MessageDocument.messages(in: message ?? "-") {
            isMatch = report(set.mismatch(of: 0, message)) && isMatch
        }
        return isMatch
    }

    private func report(_ mismatch: PatternMismatch?) -> Bool {
        Terminal.line(mismatch.map { PrintableText.of("no match: \($0)") } ?? "match")
        return mismatch == nil
    }

    private func compareHandlers() throws -> Bool {
        let subscriptions = try subscriptions()
        var isMatch = true
        for message in try MessageDocument.messages(in: message ?? "-") {
            let reports = subscriptions.map { MatchReport($0, message) }
            Terminal.line(
                PrintableText.of(
                    "message \(message.id)\n"
                        + reports.map(\.text).joined(separator: "\n")))
            isMatch = reports.contains { !$0.takers.isEmpty } && isMatch
        }
        return isMatch
    }

    private func subscriptions() throws -> [SubscriptionSettings] {
        let all = try options.load().subscriptions
        guard let queue else { return all }
        let wanted = all.filter { $0.queue.name == queue || $0.queue.text == queue }
        guard !wanted.isEmpty else {
            let names = all.map(\.queue.text).joined(separator: ", ")
            throw CommandFailure(
                .configuration, "no handler is for the queue \(queue); there are: \(names)")
        }
        return wanted
    }
}
