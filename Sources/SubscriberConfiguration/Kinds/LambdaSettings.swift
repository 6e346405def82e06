package import Settings

/// Batches of messages for a function that speaks the Lambda Runtime API.
package struct LambdaSettings: HandlerKind {
    /// The program and its arguments; never empty. The last is the handler.
    package var command: [String] = []
    /// Printable ASCII; nil = the handler's name.
    package var functionName: String?
    /// Absolute; nil = the daemon's own.
    package var workingDirectory: String?
    /// Of one invocation.
    package var timeout: Duration = .seconds(60)
    /// 1 to 10,000; to 10 where the queue is known to be a FIFO queue.
    package var batchSize = 10
    package var batchWindow: Duration = .zero
    package var reportsBatchItemFailures = false
    package var passesCredentials = false
    package var environment: [String: String] = [:]

    package init() {}

    /// Lambda's limit for MaximumBatchingWindowInSeconds. A batch that waits holds its messages.
    private static let longestWindow = Duration.seconds(300)
    /// Lambda's limit for BatchSize on a FIFO queue.
    private static let fifoBatch = 10

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
                "timeout", \.timeout, .duration(.seconds(1)...Limits.lease),
                """
                Of one invocation. A process that takes longer is ended and replaced, and its \
                batch comes back. To start, a process may take 10 s longer.
                """),
            Key(
                "batch_size", \.batchSize, .integer(1...Limits.slots),
                """
                Messages in one event, at most; 10 at most on a FIFO queue. An event of 6 MB is \
                full, however few messages it holds.
                """),
            Key(
                "batch_window", \.batchWindow, .duration(.zero...longestWindow),
                "How long to wait for a batch to become full, from its first message on."),
            Key(
                "report_batch_item_failures", \.reportsBatchItemFailures, .boolean,
                """
                Whether the answer's batchItemFailures says which messages come back. Otherwise \
                all of a batch are done, or, when the function fails, none.
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
        guard let queue = handler.queue, queue.isFIFO, batchSize > Self.fifoBatch else { return }
        handler.add(
            "batch_size",
            "\(batchSize) is too much for the FIFO queue \"\(queue)\"; "
                + "allowed: 1 to \(Self.fifoBatch)")
    }

    package var messagesAtATime: Int { batchSize }
}
