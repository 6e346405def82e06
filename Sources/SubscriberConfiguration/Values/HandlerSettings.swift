/// One handler: what its file, and what is laid over it, says.
package struct HandlerSettings: Sendable, Equatable {
    /// The file's name without `.toml`; for a queue given by flag or environment, the queue's name.
    package let name: String
    package let queue: QueueReference
    /// Messages this handler works on at once: 1 to 10,000.
    package let concurrency: Int
    package let onLeaseLost: LeaseLostPolicy
    package let kind: HandlerKind
    package let retry: RetrySettings
    /// In the order of their names.
    package let tasks: [ScheduledTask]

    package init(
        name: String, queue: QueueReference, concurrency: Int, onLeaseLost: LeaseLostPolicy,
        kind: HandlerKind, retry: RetrySettings, tasks: [ScheduledTask] = []
    ) {
        self.name = name
        self.queue = queue
        self.concurrency = concurrency
        self.onLeaseLost = onLeaseLost
        self.kind = kind
        self.retry = retry
        self.tasks = tasks
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
    case journal
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

/// When a failed message is tried again, unless the handler says so itself.
package enum RetrySettings: Sendable, Equatable {
    /// When the visibility timeout of the receive is over.
    case visibilityTimeout
    /// After `initial`, then twice as long each time, up to `maximum`.
    case exponential(initial: Duration, maximum: Duration)
    /// After the delay of that place in the list, by receive count; the last one from then on.
    case list([Duration])
}
