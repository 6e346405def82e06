import ArgumentParser
import Daemon
import EmbeddedQueue
import Logging
import Systemd

struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "Serve an SQS-compatible queue on this machine.",
        discussion: """
            For development, tests and machines without AWS: any AWS SDK, new or old, \
            and `aws --endpoint-url` can use it, with any credentials. Messages are held in memory \
            and end with the process, unless --data-dir names a directory: then what was answered \
            with success is there again after a crash or a loss of power. Where it cannot be \
            written any more, clients get an error (500) and the process ends with status 73.

            A browser shows the queues and their messages at /ui, and sends, deletes, purges and \
            redrives there.

            It verifies no signatures: leave it on loopback. It refuses what a browser sends on \
            behalf of a web page (403), and calls to it by another name than an address, \
            localhost, the host of --listen and those of --allow-host.

            EXAMPLES
              sqs-subscriber queue --create orders --create orders.fifo
              sqs-subscriber queue --create orders:VisibilityTimeout=5,dlq=orders-dead/3
              sqs-subscriber queue --data-dir /var/lib/queue --create orders
              aws --endpoint-url http://127.0.0.1:9324 sqs list-queues
            """)

    @Option(help: ArgumentHelp("Where to listen; port 0 takes any.", valueName: "host:port"))
    var listen: ListenAddress = ListenAddress.standard

    @Option(
        name: .customLong("allow-host"), parsing: .singleValue,
        help: AllowedHosts.help)
    var names: [String] = []

    @Option(
        name: .customLong("create"), parsing: .singleValue,
        help: ArgumentHelp(
            """
            Create this queue, with attributes and a dead-letter queue, as in \
            orders:VisibilityTimeout=5,dlq=orders-dead/3; repeat for more.
            """, valueName: "name[:settings]"))
    var queues: [String] = []

    @Option(
        name: .customLong("queues"),
        help: ArgumentHelp(
            "Create the queues of this TOML file: a table for each, with its attributes and dlq.",
            valueName: "file"))
    var queueFile: String?

    @Option(
        help: ArgumentHelp(
            """
            Keep queues and messages in this directory, which is made where it is missing. One \
            process at a time uses it. Attributes of --create and --queues hold again at each \
            start.
            """, valueName: "directory"))
    var dataDir: String?

    @Option(
        help: ArgumentHelp(
            """
            With --data-dir: full answers when a change is on the disk; off leaves that to the \
            kernel, which is quicker and survives a crash of the process alone.
            """, valueName: "full|off"))
    var sync: StoreFile.Sync = .full

    @Option(
        help: ArgumentHelp(
            "The account in the queues' URLs and ARNs; 000000000000 by default.",
            valueName: "12 digits"))
    var account: String?

    @Flag(
        help: """
            Hold to rules of AWS that only hinder tests: a deleted queue's name cannot be used for \
            60 s, and a queue cannot be purged twice in 60 s.
            """)
    var strict = false

    @Flag(
        help: """
            For test suites: POST /reset forgets all but the queues of the start, and what time \
            was passed; POST /time lets the seconds in its body pass at once, which --data-dir \
            keeps.
            """)
    var allowReset = false

    @Flag(
        help: """
            Serve the page /ui also where --listen is an address that other machines reach: who \
            reaches it may read and change every queue there, as any client of the API may.
            """)
    var allowRemote = false

    func validate() throws {
        guard let account else { return }
        let isAccount = account.utf8.count == 12 && account.utf8.allSatisfy { 0x30...0x39 ~= $0 }
        if !isAccount { throw ValidationError("--account takes 12 digits, such as 123456789012.") }
    }

    func run() async throws {
        ProcessMemory.boundArenas()
        ProcessMemory.boundFreedMemory()
        DaemonLog.bootstrap(
            LogDestination.detect(environment: ProcessEnvironment.current), level: .warning)
        let signals = SignalListener()
        await signals.start()
        let queue: LocalQueue
        do {
            queue = try await LocalQueue.start(
                host: listen.host, port: listen.port, queues: queues, names: names,
                queueFile: queueFile, account: account, isStrict: strict,
                allowsReset: allowReset, allowsRemote: allowRemote,
                storage: dataDir.map { QueueStorage(directory: $0, sync: sync) },
                logger: Logger(label: "embedded-queue"))
        } catch let error as EmbeddedQueueError where error.isWriteFailure {
            throw CommandFailure(.cannotCreate, "\(error)").exit()
        } catch {
            throw CommandFailure(.unavailable, "\(error)").exit()
        }
        Terminal.line(
            """
            Serving SQS at \(queue.endpointURL): AWS_ENDPOINT_URL_SQS=\(queue.endpointURL), \
            region \(LocalQueue.region), any credentials
            """)
        if let page = queue.pageURL { Terminal.line("Its queues in a browser: \(page)") }
        let stopping = Task {
            for await signal in signals.signals where signal == .stop { break }
            await queue.stop()
        }
        do {
            try await queue.end()
        } catch {
            throw CommandFailure(.cannotCreate, "\(error)").exit()
        }
        stopping.cancel()
    }
}

extension StoreFile.Sync: ExpressibleByArgument {}
