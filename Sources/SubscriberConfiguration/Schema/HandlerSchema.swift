import EventPatterns

extension Schema {
    /// `handlers.d/NAME.toml`: one handler.
    package static let handler = Schema(
        keys: commonKeys + execKeys + httpKeys + lambdaKeys + swiftKeys + retryKeys + limitKeys,
        tables: [
            SchemaTable(
                "exec",
                """
                One process per message, started without a shell: the body on its standard input, \
                the rest in SQS_ variables. Exit status 0 = done, 65 = reject, every other = retry.
                """),
            SchemaTable(
                "exec.environment", exampleName: "LANG",
                "Variables for the process, besides those that the message gives it."),
            SchemaTable(
                "http", "One POST per message, with its body. 2xx = done, every other = retry."),
            SchemaTable(
                "lambda",
                """
                Batches of messages, as the event that AWS Lambda makes of them, for a function \
                in long-lived processes that speak the Lambda Runtime API. "concurrency" is the \
                number of processes, which start as they are needed; messages worked on at once \
                are concurrency × batch_size, as far as there are slots.
                """),
            SchemaTable(
                "lambda.environment", exampleName: "TABLE_NAME",
                """
                Variables for the processes, besides those that Lambda sets (AWS_LAMBDA_…, \
                AWS_REGION, _HANDLER, LAMBDA_TASK_ROOT, TZ), which they replace.
                """),
            SchemaTable("journal", "Each body is logged, and the message deleted."),
            SchemaTable(
                "swift", "A handler in Swift, of a program built with the library SQSSubscriber."),
            SchemaTable("retry", "When a failed message is tried again."),
            SchemaTable("limits", "What the handler, or what it talks to, can bear."),
        ], readsEnvironment: false)

    /// The tables of which a handler has exactly one.
    static let kinds = ["exec", "http", "lambda", "journal", "swift"]

    private static let commonKeys = [
        SchemaKey(
            "queue", .queue, .required, example: .text("orders"),
            "The queue whose messages are handled: its name, URL or ARN."),
        SchemaKey(
            "concurrency", .integer(1...Limits.slots), .value(.integer(10)),
            "Messages this handler works on at once."),
        SchemaKey(
            "on_lease_lost", .choice(LeaseLostPolicy.allCases.map(\.rawValue)),
            .value(.text(LeaseLostPolicy.cancel.rawValue)),
            """
            What becomes of a running handler when the message may be given to another host: \
            cancel it, or let it continue.
            """),
        SchemaKey(
            "match", .pattern, .unset("every message of the queue"), example: matchExample,
            """
            The messages this handler wants: an EventBridge event pattern, as Lambda's event \
            filtering takes it for SQS, here or as a table [match]. What TOML cannot say, such as \
            null, is said in JSON, by the only key "pattern": \
            match = { pattern = '{"body": {"id": [null]}}' }
            """),
        SchemaKey(
            "fallback", .boolean, .value(.boolean(false)),
            "Get only those messages that no other handler of the queue wants."),
    ]

    /// Bodies in JSON with the member `type` of one of two values.
    private static let matchExample: SettingValue? = {
        let source = JSONValue.object([
            .init("body", .object([.init("type", .list([.text("created"), .text("paid")]))]))
        ])
        return (try? EventPattern(source, for: .message)).map(SettingValue.pattern)
    }()

    private static let execKeys = [
        SchemaKey(
            "exec.command", .command, .required,
            example: .texts(["/usr/local/bin/process-order", "--fast"]),
            "The program, by its path or its name in PATH, and its arguments."),
        SchemaKey(
            "exec.timeout", .duration(.seconds(1)...Limits.lease),
            .value(.duration(.seconds(300))),
            "The process, with those it started, is ended after this."),
        SchemaKey(
            "exec.working_directory", .absolutePath, .unset("the daemon's"),
            example: .text("/var/lib/orders"), "Where the process starts."),
        SchemaKey(
            "exec.max_output", .size(1024...Limits.output), .value(.size(1 << 20)),
            "How much output of one process is logged; the rest is read and dropped."),
        SchemaKey(
            "exec.environment.*", .anyText, .unset("not there"), example: .text("C.UTF-8"),
            "The value of one variable; there can be any number of them."),
    ]

    private static let httpKeys = [
        SchemaKey(
            "http.url", .url(queryAllowed: true), .required,
            example: .text("http://127.0.0.1:8080/orders"), "Where the body is sent."),
        SchemaKey(
            "http.timeout", .duration(.seconds(1)...Limits.lease), .value(.duration(.seconds(60))),
            "From the start of the connection to the end of the answer."),
        SchemaKey(
            "http.content_type", .headerValue, .value(.text("application/json")),
            "The Content-Type of the request."),
    ]

    private static let lambdaKeys = [
        SchemaKey(
            "lambda.command", .command, .required,
            example: .texts(["/opt/orders/bin/python", "-m", "awslambdaric", "app.handler"]),
            """
            The runtime interface client of the function's language, and the handler, which is \
            the last argument.
            """),
        SchemaKey(
            "lambda.function_name", .headerValue, .unset("the name of this file without .toml"),
            example: .text("orders"), "AWS_LAMBDA_FUNCTION_NAME."),
        SchemaKey(
            "lambda.working_directory", .absolutePath, .unset("the daemon's"),
            example: .text("/opt/orders"),
            "Where the processes start: the function's code, LAMBDA_TASK_ROOT."),
        SchemaKey(
            "lambda.timeout", .duration(.seconds(1)...Limits.lease),
            .value(.duration(.seconds(60))),
            """
            Of one invocation. A process that takes longer is ended and replaced, and its batch \
            comes back. To start, a process may take 10 s longer.
            """),
        SchemaKey(
            "lambda.batch_size", .integer(1...Limits.slots), .value(.integer(10)),
            """
            Messages in one event, at most; 10 at most on a FIFO queue. An event of 6 MB is full, \
            however few messages it holds.
            """),
        SchemaKey(
            "lambda.batch_window", .duration(.zero...Limits.batchWindow), .value(.duration(.zero)),
            "How long to wait for a batch to become full, from its first message on."),
        SchemaKey(
            "lambda.report_batch_item_failures", .boolean, .value(.boolean(false)),
            """
            Whether the answer's batchItemFailures says which messages come back. Otherwise all \
            of a batch are done, or, when the function fails, none.
            """),
        SchemaKey(
            "lambda.aws_credentials", .boolean, .value(.boolean(false)),
            """
            Whether the processes get the daemon's AWS credentials in their environment. A process \
            is replaced before they expire.
            """),
        SchemaKey(
            "lambda.environment.*", .anyText, .unset("not there"), example: .text("orders"),
            "The value of one variable; there can be any number of them."),
    ]

    private static let swiftKeys = [
        SchemaKey(
            "swift.handler", .text, .unset("the name of this file, without .toml"),
            example: .text("orders"), "The name that the program registered the handler with."),
        SchemaKey(
            "swift.timeout", .duration(.seconds(1)...Limits.lease),
            .unset("as long as SQS lets a message be held, 12h"), example: .duration(.seconds(300)),
            "The handler's task is cancelled after this, unless it extends its time itself."),
    ]

    private static let retryKeys = [
        SchemaKey(
            "retry.backoff", .choice(["exponential", "list"]),
            .unset("the visibility timeout of the queue brings the message back"),
            example: .text("exponential"),
            "How the delay follows from the number of receives."),
        SchemaKey(
            "retry.initial", .duration(.seconds(1)...Limits.lease), .value(.duration(.seconds(10))),
            "With \"exponential\": the first delay; each one after is twice as long."),
        SchemaKey(
            "retry.maximum", .duration(.seconds(1)...Limits.lease),
            .value(.duration(.seconds(900))), "With \"exponential\": the longest delay."),
        SchemaKey(
            "retry.delays", .durations(.zero...Limits.lease), .unset("needed with \"list\""),
            example: .durations([.seconds(10), .seconds(60)]),
            "With \"list\": the delays, one after the other; the last one from then on."),
    ]

    private static let limitKeys = [
        SchemaKey(
            "limits.messages_per_second", .integer(1...Limits.messagesPerSecond),
            .unset("no limit"), example: .integer(20),
            """
            No more messages are received for the handler, counted over any second or longer, but \
            for one second's worth at once. What exceeds it waits in the queue. It slows down the \
            whole queue: of several handlers of one queue, the lowest limit counts for all.
            """)
    ]
}
