package import AWS
package import EventPatterns
package import HTTP

/// One handler: what its file, and what is laid over it, says.
package struct HandlerSettings: Sendable, Equatable {
    /// The file's name without `.toml`; for a queue given by flag or environment, the queue's name.
    package let name: String
    package let queue: QueueReference
    /// 1 to 10,000: messages at once, or processes of a Lambda function; see ``messagesAtOnce``.
    package let concurrency: Int
    package let onLeaseLost: LeaseLostPolicy
    package let kind: HandlerKind
    package let retry: RetrySettings
    /// The messages it wants; nil = all of the queue.
    package let match: EventPattern?
    /// Whether it gets only those messages that no other handler of the queue wants.
    package let isFallback: Bool
    /// Nil = no limit.
    package let messagesPerSecond: Double?
    /// In the order of their names.
    package let tasks: [ScheduledTask]

    package init(
        name: String, queue: QueueReference, concurrency: Int, onLeaseLost: LeaseLostPolicy,
        kind: HandlerKind, retry: RetrySettings, match: EventPattern? = nil,
        isFallback: Bool = false, messagesPerSecond: Double? = nil, tasks: [ScheduledTask] = []
    ) {
        self.name = name
        self.queue = queue
        self.concurrency = concurrency
        self.onLeaseLost = onLeaseLost
        self.kind = kind
        self.retry = retry
        self.match = match
        self.isFallback = isFallback
        self.messagesPerSecond = messagesPerSecond
        self.tasks = tasks
    }
}

extension HandlerSettings {
    /// Messages this handler works on at once: of a Lambda function, as many as its processes take
    /// in full batches, and never more than there can be slots.
    package var messagesAtOnce: Int {
        switch kind {
        case .lambda(let lambda): min(concurrency * lambda.batchSize, Limits.slots)
        case .exec, .http, .journal, .swift: concurrency
        }
    }
}

/// What becomes of a running handler whose message is no longer ours.
package enum LeaseLostPolicy: String, Sendable, CaseIterable {
    case cancel
    case `continue`
}

package enum HandlerKind: Sendable, Equatable {
    case exec(ExecSettings)
    case http(HTTPHandlerSettings)
    case lambda(LambdaSettings)
    case journal
    case swift(SwiftHandlerSettings)
}

/// One process per message, started without a shell.
package struct ExecSettings: Sendable, Equatable {
    /// The program and its arguments, which may have fields of the message in them; never empty.
    package var command: [String]
    /// `body`, `json` or `none`.
    package var input = "body"
    package var timeout: Duration = .seconds(300)
    /// Absolute; nil = the daemon's own.
    package var workingDirectory: String?
    package var environment: [String: String] = [:]
    /// Bytes of output that are logged per message.
    package var maxOutput = 1 << 20
    /// Added to the daemon's own niceness: 0 to 19.
    package var niceness = 0
    /// Bytes of address space; nil = the daemon's own limit.
    package var memoryLimit: Int?
    /// Exit statuses, 1 to 255, that reject the message.
    package var rejectStatuses: [Int] = [65]
    /// Whether the program gets the daemon's credentials.
    package var getsCredentials = false

    package init(command: [String]) {
        self.command = command
    }
}

/// One POST per message.
package struct HTTPHandlerSettings: Sendable, Equatable {
    package var target: HTTPTarget
    package var timeout: Duration = .seconds(60)
    package var connectTimeout: Duration = .seconds(5)
    /// Nil = as long as the timeout.
    package var inactivityTimeout: Duration?
    /// At most open to the target: not less than the handler's concurrency.
    package var connections = 50
    package var contentType = "application/json"
    package var userAgent = "sqs-subscriber"
    /// Sent with every request, by their names. None is one that the daemon sends itself.
    package var headers: [String: String] = [:]
    /// Whether 200 alone is done, or every 2xx.
    package var onlyOKIsDone = false
    /// Statuses, 400 to 599, that reject the message.
    package var rejectStatuses: [Int] = []
    /// After how long a message comes back that was answered with an error; nil = as the retry
    /// settings say.
    package var errorDelay: Duration?
    /// Whether periodic tasks are posted to the paths they name.
    package var postsToTaskPath = false
    /// The file of the key that requests are signed with; nil = they are not.
    package var signatureKeyFile: String?
    package var certificateAuthorities: String?
    /// Both or neither.
    package var clientCertificate: String?
    package var clientKey: String?

    package init(target: HTTPTarget) {
        self.target = target
    }
}

/// Batches of messages for a function that speaks the Lambda Runtime API.
package struct LambdaSettings: Sendable, Equatable {
    /// The program and its arguments; never empty. The last is the handler.
    package let command: [String]
    /// Printable ASCII; nil = the handler's name.
    package let functionName: String?
    /// Absolute; nil = the daemon's own.
    package let workingDirectory: String?
    package let environment: [String: String]
    /// Of one invocation.
    package let timeout: Duration
    /// 1 to 10,000; to 10 where the queue is known to be a FIFO queue.
    package let batchSize: Int
    package let batchWindow: Duration
    package let reportsBatchItemFailures: Bool
    package let passesCredentials: Bool

    package init(
        command: [String], functionName: String?, workingDirectory: String?,
        environment: [String: String], timeout: Duration, batchSize: Int, batchWindow: Duration,
        reportsBatchItemFailures: Bool, passesCredentials: Bool
    ) {
        self.command = command
        self.functionName = functionName
        self.workingDirectory = workingDirectory
        self.environment = environment
        self.timeout = timeout
        self.batchSize = batchSize
        self.batchWindow = batchWindow
        self.reportsBatchItemFailures = reportsBatchItemFailures
        self.passesCredentials = passesCredentials
    }
}

/// A handler that the program registered.
package struct SwiftHandlerSettings: Sendable, Equatable {
    /// The name it was registered with.
    package let handler: String
    /// Nil = as long as SQS lets a message be held, 12 h.
    package let timeout: Duration?

    package init(handler: String, timeout: Duration?) {
        self.handler = handler
        self.timeout = timeout
    }
}

/// When a failed message is tried again, unless the handler says so itself.
package enum RetrySettings: Sendable, Equatable {
    /// When the visibility timeout of the receive is over.
    case visibilityTimeout
    /// After `initial`, then twice as long each time, up to `maximum`.
    case exponential(initial: Duration, maximum: Duration)
    /// After the delay of that place in the list, by receive count; the last one from then on.
    case list([Duration])
}
