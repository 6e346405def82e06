/// What a `[lambda]` table says: the function, how its processes are run and what they are given.
package struct LambdaSettings: Sendable, Equatable {
    /// The time from SIGTERM to SIGKILL: what Lambda gives a function's environment to shut down
    /// in. Less where the lease of a message ends before.
    static let killGrace: Duration = .seconds(2)
    /// How long a process may take from its start to its first request for an invocation, besides
    /// one `timeout`: Lambda allows 10 s, and once more the function's own timeout after that.
    package static let startAllowance: Duration = .seconds(10)
    /// The most that one event may hold: Lambda's limit for a synchronous invocation, 6 MB. A
    /// single message is passed on whatever its size.
    package static let eventLimit = 6 * 1_048_576
    /// The most that a function may answer: Lambda's own limit to the byte, as its runtime
    /// interface emulator has it.
    static let answerLimit = 6 * 1_048_576 + 100
    /// How many bytes of output are logged for one invocation; what comes after is read and
    /// dropped. The default of an `exec` handler's `max_output`.
    package static let outputLimit = 1 << 20
    /// How long a batch waits for more messages where `batch_window` says nothing: the messages of
    /// one receive are handed over one by one, within a millisecond on an idle machine.
    package static let gatherTime: Duration = .milliseconds(5)
    /// How long no more messages could come before a batch is handed over that is not full, nor
    /// its window over. Between two receives there is such a moment, of 50 ms at most where they
    /// wait to be fuller ones.
    package static let fullTime: Duration = .milliseconds(200)

    /// `AWS_LAMBDA_FUNCTION_NAME`. Printable ASCII.
    var functionName: String
    /// How a process is started, as for `exec`; the timeout is that of one invocation.
    var program: ExecSettings
    /// How many processes there are at most. Each works on one batch at a time.
    var concurrency: Int
    /// How many messages an event holds at most.
    var batchSize: Int
    /// How long a batch waits to become full, from its first message on.
    var batchWindow: Duration
    /// Whether the answer says which messages failed. Otherwise it is not looked at.
    var reportsBatchItemFailures: Bool
    /// Whether the processes get the daemon's AWS credentials.
    var passesCredentials: Bool

    package init(
        functionName: String, program: ExecSettings, concurrency: Int = 1, batchSize: Int = 10,
        batchWindow: Duration = .zero, reportsBatchItemFailures: Bool = false,
        passesCredentials: Bool = false
    ) {
        self.functionName = functionName
        self.program = program
        self.concurrency = concurrency
        self.batchSize = batchSize
        self.batchWindow = batchWindow
        self.reportsBatchItemFailures = reportsBatchItemFailures
        self.passesCredentials = passesCredentials
    }
}
