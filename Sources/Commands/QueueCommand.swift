import ArgumentParser
import Daemon

struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Serve an SQS-compatible queue on this machine.",
        discussion: """
            For development, tests and machines without AWS: any AWS SDK, or \
            `aws --endpoint-url`, can use it, with any credentials. Messages are held in memory \
            and end with the process. It verifies no signatures: leave it on loopback.

            EXAMPLES
              sqs-subscriber queue --create orders --create orders.fifo
              aws --endpoint-url http://127.0.0.1:9324 sqs list-queues
            """)

    @Option(help: ArgumentHelp("Where to listen; port 0 takes any.", valueName: "host:port"))
    var listen: ListenAddress = ListenAddress.standard

    @Option(
        name: .customLong("create"), parsing: .singleValue,
        help: ArgumentHelp("Create this queue; repeat for more.", valueName: "name"))
    var queues: [String] = []

    func run() async throws {
        let signals = SignalListener()
        await signals.start()
        let queue: LocalQueue
        do {
            queue = try await LocalQueue.start(
                host: listen.host, port: listen.port, queues: queues)
        } catch {
            throw CommandFailure(.unavailable, "\(error)").exit()
        }
        Terminal.line(
            """
            Serving SQS at \(queue.endpointURL): AWS_ENDPOINT_URL_SQS=\(queue.endpointURL), \
            region \(LocalQueue.region), any credentials
            """)
        for await signal in signals.signals where signal == .stop { break }
        await queue.stop()
    }
}
