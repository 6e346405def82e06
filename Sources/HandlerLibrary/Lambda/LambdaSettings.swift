internal import Logging
package import MessageHandling
package import Settings

/// Batches of messages for a function that speaks the Lambda Runtime API.
package struct LambdaSettings: HandlerKind {
    /// The program and its arguments; never empty. The last is the handler.
    package var command: [String] = []
    /// Printable ASCII; nil = the handler's name.
    package var functionName: String?
    /// Absolute; nil = the daemon's own.
    package var workingDirectory: String?
    /// The timeout of one invocation.
    package var timeout: Duration = .seconds(60)
    /// 1 to 10,000; to 10 where the queue is known to be a FIFO queue.
    package var batchSize = 10
    package var batchWindow: Duration = .zero
    package var reportsBatchItemFailures = false
    package var passesCredentials = false
    /// Goes over what Lambda sets and what is inherited.
    package var environment: [String: String] = [:]
    /// How many processes there are at most. Each works on one batch at a time. No key of the
    /// table: it is the handler's `concurrency`.
    package var concurrency = 1
    /// What the processes inherit of the daemon, see ``InheritedEnvironment``. No key: the daemon
    /// sets it.
    package var inheritedEnvironment: [String: String] = [:]

    package init() {}

    /// Lambda's limit for MaximumBatchingWindowInSeconds. A batch that waits holds its messages.
    private static let longestWindow = Duration.seconds(300)
    /// Lambda's limit for BatchSize on a FIFO queue.
    static let fifoBatch = 10

    package static let table = KeyTable<LambdaSettings>(
        "lambda",
        """
        Batches of messages, as the event that AWS Lambda makes of them, for a function in \
        long-lived processes that speak the Lambda Runtime API. "concurrency" is the number of \
        processes, which start as they are needed; messages worked on at once are concurrency × \
        batch_size, as far as there are slots.
        """,
        keys: [
            Key(
                required: "command", \.command, .command,
                example: ["/opt/orders/bin/python", "-m", "awslambdaric", "app.handler"],
                """
                The runtime interface client of the function's language, and the handler, which is \
                the last argument.
                """),
            Key(
                "function_name", \.functionName, .headerValue,
                unset: "the name of this file without .toml", example: "orders",
                "AWS_LAMBDA_FUNCTION_NAME."),
            Key(
                "working_directory", \.workingDirectory, .absolutePath, unset: "the daemon's",
                example: "/opt/orders",
                "Where the processes start: the function's code, LAMBDA_TASK_ROOT."),
            Key(
                "timeout", \.timeout, .duration(.seconds(1)...KeyLimits.lease),
                """
                Of one invocation. A process that takes longer is ended and replaced, and its \
                batch comes back. To start, a process may take 10 s longer.
                """),
            Key(
                "batch_size", \.batchSize, .integer(1...KeyLimits.slots),
                """
                Messages in one event, at most; 10 at most on a FIFO queue, of one group or of \
                several, each in its order. An event of 6 MB is full, however few messages it \
                holds.
                """),
            Key(
                "batch_window", \.batchWindow, .duration(.zero...longestWindow),
                "How long to wait for a batch to become full, from its first message on."),
            Key(
                "report_batch_item_failures", \.reportsBatchItemFailures, .boolean,
                """
                Whether the answer's batchItemFailures says which messages come back. Otherwise \
                all of a batch are done, or, when the function fails, none. On a FIFO queue what \
                comes after one of them in its group comes back as well.
                """),
            Key(
                "aws_credentials", \.passesCredentials, .boolean,
                """
                Whether the processes get the daemon's AWS credentials in their environment. A \
                process is replaced before they expire.
                """),
            Key(
                table: "environment", \.environment, example: ("TABLE_NAME", "orders"),
                about: """
                    Variables for the processes, besides those that Lambda sets (AWS_LAMBDA_…, \
                    AWS_REGION, _HANDLER, LAMBDA_TASK_ROOT, TZ), which they replace.
                    """,
                "The value of one variable; there can be any number of them.",
                check: VariableNames.problems),
        ])

    package mutating func check(_ handler: inout HandlerCheck) {
        guard let queue = handler.fifoQueue, batchSize > Self.fifoBatch else { return }
        handler.add(
            "batch_size",
            "\(batchSize) is too much for the FIFO queue \"\(queue)\"; "
                + "allowed: 1 to \(Self.fifoBatch)")
    }

    package var messagesAtATime: Int { batchSize }
}

extension LambdaSettings {
    /// The name of the function.
    package var name: String { functionName ?? "" }

    package var program: Program {
        Program(
            command: command, workingDirectory: workingDirectory, environment: environment,
            inheritedEnvironment: inheritedEnvironment)
    }

    package func makeHandler(
        _ identity: HandlerIdentity, _ daemon: HandlerDependencies
    ) -> any Handler {
        var settings = inheriting(daemon.environment)
        settings.functionName = functionName ?? HeaderText.name(identity.name)
        settings.concurrency = identity.concurrency
        var dependencies = daemon.lambda
        dependencies.logger[metadataKey: "queue"] = .string(identity.queue)
        dependencies.logger[metadataKey: "handler"] = .string(identity.name)
        return LambdaHandler(settings, dependencies)
    }

    package var timeLimit: Duration? { timeout }

    package func fileProblems(at place: DaemonPlace) -> [FileProblem] {
        inheriting(place.environment).program.fileProblems(at: place)
    }

    private func inheriting(_ environment: [String: String]) -> LambdaSettings {
        var settings = self
        settings.inheritedEnvironment = InheritedEnvironment.passedDown(of: environment)
        return settings
    }
}
