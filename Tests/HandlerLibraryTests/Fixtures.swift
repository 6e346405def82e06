import FoundationEssentials
import HandlerLibrary
import MessageHandling
import TestKit

/// A message with what a test is about, and something for the rest.
func message(
    id: String = "m-1", body: String = "hello", attributes: [String: MessageAttribute] = [:],
    system: [String: String] = [
        "ApproximateReceiveCount": "2", "SentTimestamp": "1700000000123",
        "ApproximateFirstReceiveTimestamp": "1700000000456",
    ], queue: String = "orders"
) -> Message {
    Message(
        id: id, receiptHandle: "receipt", body: body, attributes: attributes,
        systemAttributes: system,
        queue: Queue(name: queue, url: "http://127.0.0.1:9324/000000000000/\(queue)"))
}

func text(_ value: String, type: String = "String") -> MessageAttribute {
    MessageAttribute(dataType: type, value: .text(value))
}

extension ExecSettings {
    /// - Parameter daemonEnvironment: what the daemon has, of which the program inherits a part.
    init(
        command: [String], workingDirectory: String? = nil, environment: [String: String] = [:],
        daemonEnvironment: [String: String]
    ) {
        self.init()
        self.command = command
        self.workingDirectory = workingDirectory
        self.environment = environment
        inheritedEnvironment = InheritedEnvironment.passedDown(of: daemonEnvironment)
    }
}

extension HTTPSettings {
    init(url: String, statuses: StatusPolicy = StatusPolicy(), postsToTaskPath: Bool = false) {
        self.init()
        self.url = url
        self.statuses = statuses
        self.postsToTaskPath = postsToTaskPath
    }
}

/// Settings that run a shell script: as the handler's program, in tests alone.
func shell(
    _ script: String, environment: [String: String] = [:], timeout: Duration = .seconds(60),
    killGrace: Duration = .seconds(60), maxOutput: Int = 1 << 20
) -> ExecSettings {
    var settings = program(["/bin/sh", "-c", script])
    settings.environment = environment
    settings.timeout = timeout
    settings.killGrace = killGrace
    settings.maxOutput = maxOutput
    return settings
}

/// Settings that run a command as it is.
func program(_ command: [String], _ change: (inout ExecSettings) -> Void = { _ in }) -> ExecSettings
{
    var settings = ExecSettings(
        command: command, daemonEnvironment: ["PATH": "/usr/local/bin:/usr/bin:/bin"])
    change(&settings)
    return settings
}

/// Runs one message through a handler of these settings.
func handle(
    _ message: Message, by settings: ExecSettings, credentials: HandlerCredentials? = nil,
    log: LogRecorder = LogRecorder(), deadline: CancellationDeadline = CancellationDeadline()
) async throws -> HandlerResult {
    try await ExecHandler(settings, credentials: credentials)
        .handle(message, context: log.context(deadline))
}
