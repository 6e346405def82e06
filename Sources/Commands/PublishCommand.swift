import AWS
import ArgumentParser
import Daemon
import Glibc
import MessageHandling
import SQS
import Settings

struct PublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Send messages to a queue.",
        discussion: """
            The bodies come from the arguments, from a file (--file), from a pipe (a message per \
            line), or from you, at a prompt. They are sent ten at a time, in order; what the \
            service does not take for a passing reason is sent again. A FIFO queue is sent one at \
            a time, for the order's sake. Exits with 1 if any message was not sent, with 66 if \
            there is no such queue or file, with 77 if access is denied, with 78 if a setting \
            cannot be used.

            EXAMPLES
              sqs-subscriber publish --queue orders '{"id": 1}'
              tail -F events.log | SQS_QUEUE_NAME=events sqs-subscriber publish
              sqs-subscriber publish --queue orders.fifo --group eu --file orders.txt
            """)

    @Argument(help: "The bodies of the messages.")
    var bodies: [String] = []

    @Option(
        help: ArgumentHelp(
            "The queue: its name, URL or ARN. $SQS_QUEUE_NAME where not given.",
            valueName: "queue"))
    var queue: String?

    @Option(help: ArgumentHelp("Send each line of a file; '-' is standard input."))
    var file: String?

    @Option(help: "Send this many numbered messages, to try something out.")
    var count: Int?

    @OptionGroup
    var attributes: AttributeOptions

    @Option(help: "The message group: required by a FIFO queue, which keeps it in order.")
    var group: String?

    @Option(
        name: .customLong("deduplication-id"),
        help: "FIFO queues: a second message with this id within 5 minutes is not delivered.")
    var deduplicationID: String?

    @Option(help: "Deliver no earlier than this: 30s, 5min, at most 15min.")
    var delay: String?

    @OptionGroup(title: "Service")
    var service: ServiceOptions

    /// What names the queue.
    private var target: String? { queue ?? ProcessEnvironment.current.setting("SQS_QUEUE_NAME") }

    func validate() throws {
        guard let target else {
            throw ValidationError("Which queue? Say --queue NAME, or set SQS_QUEUE_NAME.")
        }
        let sources = [!bodies.isEmpty, file != nil, count != nil].filter { $0 }.count
        if sources > 1 {
            throw ValidationError("Give the messages once: as arguments, by --file or by --count.")
        }
        if let count, count < 1 {
            throw ValidationError("--count \(count): send at least one message.")
        }
        if deduplicationID != nil, bodies.count != 1 {
            throw ValidationError(
                "--deduplication-id goes with exactly one body: SQS would drop the others.")
        }
        if let delay { _ = try Self.parseDelay(delay) }
        guard target.hasSuffix(".fifo") else { return }
        guard group != nil else {
            throw ValidationError("\(target) is a FIFO queue: say --group, which it orders by.")
        }
        guard delay == nil else {
            throw ValidationError(
                "\(target) is a FIFO queue, which takes no delay of its own for a message.")
        }
    }

    func run() async throws {
        do {
            let connection = try await service.connect(queue: target ?? "", for: "publish")
            let succeeded: Bool
            do {
                succeeded = try await publish(over: connection)
            } catch {
                await connection.close()
                throw error
            }
            await connection.close()
            if !succeeded { throw ExitCode.failure }
        } catch let failure as CommandFailure {
            throw failure.exit()
        } catch let error as SQSError {
            throw CommandFailure(error).exit()
        } catch let error as InputError {
            throw CommandFailure(.inputMissing, error.description).exit()
        }
    }

    private func publish(over connection: QueueConnection) async throws -> Bool {
        let target = try await connection.openQueue()
        let defaults = try await defaults(for: target, service: connection.service)
        let (source, descriptor) = try openSource()
        defer { if let descriptor { close(descriptor) } }
        var run = PublishRun(
            publisher: Publisher(service: connection.service, queueURL: target.url), to: target,
            defaults: defaults, source: source,
            progress: PublishProgress(
                queueName: target.name, total: count ?? knownCount, announcesEach: source.asks))
        return try await run.toTheEnd()
    }

    private var knownCount: Int? { bodies.isEmpty ? nil : bodies.count }

    private func openSource() throws -> (MessageSource, descriptor: Int32?) {
        if let count { return (.generated(count), nil) }
        if !bodies.isEmpty { return (.bodies(bodies), nil) }
        if let file, file != "-" {
            let descriptor = open(file, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw CommandFailure(
                    .inputMissing, "\(file) cannot be read: \(String(cString: strerror(errno)))")
            }
            return (.lines(of: descriptor), descriptor)
        }
        let asks = file == nil && Terminal.isInputInteractive
        return (asks ? .prompt(on: 0) : .lines(of: 0), nil)
    }

    private func defaults(
        for target: Queue, service: any QueueService
    ) async throws -> PublishDefaults {
        var defaults = PublishDefaults(
            attributes: attributes.byName, groupID: group, deduplicationID: deduplicationID)
        if let delay { defaults.delay = try Self.parseDelay(delay) }
        guard target.name.hasSuffix(".fifo") else { return defaults }
        let content = "ContentBasedDeduplication"
        let attributes = try await service.attributes([content], of: target.url)
        defaults.generatesDeduplicationIDs = attributes[content] != "true"
        return defaults
    }

    /// The longest delay that SQS takes for a message. Source: the SendMessage API reference.
    private static let longestDelay = Duration.seconds(900)

    private static func parseDelay(_ text: String) throws -> Duration {
        guard let delay = try? TimeSpan.parse(text), delay >= .zero, delay <= longestDelay else {
            throw ValidationError("--delay \(text): give a time from 0 to 15min, such as 30s.")
        }
        return delay
    }
}
