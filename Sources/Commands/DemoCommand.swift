import ArgumentParser
import Daemon
import Logging
import MessageHandling
import SQS
import Settings
import SubscriberConfiguration

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Show the whole way of three messages, without an AWS account.")

    private static let queueName = "demo"
    private static let bodies = [
        "Hello from sqs-subscriber", #"{"order": 42, "item": "coffee"}"#, "The last of three 👋",
    ]

    func run() async throws {
        do {
            try await show()
        } catch let error as CommandFailure {
            throw error.exit()
        } catch let error as SQSError {
            throw CommandFailure(error).exit()
        }
    }

    private func show() async throws {
        let queue = try await LocalQueue.start(port: 0, queues: [Self.queueName])
        Terminal.line("1. An embedded queue listens at \(queue.endpointURL).")
        let connection = try await queue.connect()
        let url = try await connection.service.queueURL(
            named: Self.queueName, ownerAccountID: nil)
        try await publish(to: url, service: connection.service)
        try await subscribe(to: queue)
        try await confirmEmpty(url, service: connection.service)
        await connection.close()
        await queue.stop()
    }

    private func publish(to url: String, service: any QueueService) async throws {
        let entries = Self.bodies.enumerated().map { SendEntry(id: "m\($0)", body: $1) }
        let report = try await Publisher(service: service, queueURL: url).send(entries)
        if let failure = report.failed.first { throw CommandFailure(failure.error) }
        Terminal.line(#"2. Published \#(report.done.count) messages to the queue "demo":"#)
        for (entry, message) in report.done {
            Terminal.line("     \(message.id)  \(entry.body)")
        }
    }

    private func subscribe(to queue: LocalQueue) async throws {
        Terminal.line("3. The subscriber receives them and hands each to a handler:")
        let (handled, arrivals) = AsyncStream<Void>.makeStream()
        let handler = SwiftHandler(
            name: Self.queueName, queue: Self.queueName, concurrency: 1,
            handler: DemoHandler(arrivals: arrivals))
        let loader = ConfigurationLoader(
            directories: [], environment: [:],
            overrides: [
                ConfigurationOverride(
                    key: "aws.endpoint_url", value: queue.endpointURL, flag: "demo")
            ], registrations: [handler.registration])
        let configuration = try ServiceFlags.load(loader)
        var setup = Daemon.Setup(
            configuration: configuration,
            reload: { (current) throws(ConfigurationErrors) in
                try loader.reload(after: current)
            },
            environment: [:], logger: Logger(label: "demo") { _ in SwiftLogNoOpLogHandler() },
            limitsMessageLines: false)
        setup.localQueue = queue
        setup.swiftHandlers = [handler]
        let signals = SignalListener()
        let daemon = Daemon(setup)
        let running = Task { await daemon.run(signals: signals) }
        var remaining = Self.bodies.count
        for await _ in handled {
            remaining -= 1
            if remaining == 0 { break }
        }
        signals.stop()
        let status = await running.value
        guard status == .success else {
            throw CommandFailure(status, "the subscriber ended with status \(status.rawValue)")
        }
    }

    private func confirmEmpty(_ url: String, service: any QueueService) async throws {
        let names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        let counts = try await service.attributes(names, of: url)
        let (visible, inFlight) = (counts[names[0]] ?? "?", counts[names[1]] ?? "?")
        guard visible == "0", inFlight == "0" else {
            throw CommandFailure(
                .software, "the queue is not empty: \(visible) visible, \(inFlight) in flight")
        }
        Terminal.line(
            """
            4. Handled messages were deleted; the queue is empty (0 visible, 0 in flight).

            Next: write a handler, then run it against an embedded queue of your own:
              sqs-subscriber run --local --config DIR
            """)
    }
}

/// Shows each message to the person who is watching.
private struct DemoHandler: MessageHandler {
    let arrivals: AsyncStream<Void>.Continuation

    func handle(_ message: Message, context: HandlerContext) async throws -> Outcome {
        Terminal.line("     \(message.id)  \(message.body)  -> done")
        arrivals.yield()
        return .done
    }
}
