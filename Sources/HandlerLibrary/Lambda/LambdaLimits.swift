/// What Lambda has, or we have in its place, for every function.
extension LambdaSettings {
    /// The time from SIGTERM to SIGKILL: what Lambda gives a function's environment to shut down
    /// in. Less where the lease of a message ends before.
    package static let killGrace: Duration = .seconds(2)
    /// How long a process may take from its start to its first request for an invocation, besides
    /// one `timeout`: Lambda allows 10 s, and once more the function's own timeout after that.
    package static let startAllowance: Duration = .seconds(10)
    /// The most that one event may hold: Lambda's limit for a synchronous invocation, 6 MB. A
    /// single message is passed on whatever its size.
    package static let eventLimit = 6 * 1_048_576
    /// The most that a function may answer: Lambda's own limit to the byte, as its runtime
    /// interface emulator has it.
    package static let answerLimit = 6 * 1_048_576 + 100
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
}
