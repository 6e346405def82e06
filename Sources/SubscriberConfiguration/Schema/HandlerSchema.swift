import EventPatterns
import JSON

extension Schema {
    /// `handlers.d/NAME.toml`: one handler.
    package static let handler = Schema(
        keys: commonKeys + execKeys + httpKeys + lambdaKeys + swiftKeys + retryKeys + limitKeys
            + scheduleKeys,
        tables: [
            SchemaTable(
                "exec",
                """
                One process per message, started without a shell: the body on its standard input, \
                the rest in SQS_ variables. Exit status 0 = done, 65 = reject, every other = \
                retry. It gets no credential of the daemon, and of its environment only HOME, \
                LANG, LANGUAGE, LC_*, LOGNAME, PATH, SHELL, TMPDIR, TZ and USER.
                """),
            SchemaTable(
                "exec.environment", exampleName: "LANG",
                "Variables for the process, besides those that the message gives it."),
            SchemaTable(
                "http",
                """
                One POST per message, with its body, and with the headers of the Elastic Beanstalk \
                worker daemon. 2xx = done; 429 and 503 with Retry-After = retry after that; 502, \
                504 and other 503 = the endpoint is down, and nothing is received until it is up; \
                every other = retry. Redirects are not followed.
                """),
            SchemaTable(
                "http.headers", exampleName: "Authorization",
                """
                Headers of every request, besides those that the message gives it. Whoever may \
                read this file may read them; "sqs-subscriber config" hides the values of those \
                whose names say that they are secret.
                """),
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
            SchemaTable(
                "journal",
                """
                Each body is written to the journal, or to standard output where that leads \
                elsewhere: whole, at every log level, without a limit. A message is done when its \
                body was taken, and comes back when it was not.
                """),
            SchemaTable(
                "swift", "A handler in Swift, of a program built with the library SQSSubscriber."),
            SchemaTable("retry", "When a failed message is tried again."),
            SchemaTable("limits", "What the handler, or what it talks to, can bear."),
            SchemaTable("schedule", "Periodic tasks."),
            scheduleTable,
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
            """
            With "list": the delays, one after the other; the last one from then on. 0s is at once \
            after the first receive; after later ones it is 1 s, 2 s and so on up to a minute.
            """),
    ]

    private static let limitKeys = [
        SchemaKey(
            "limits.messages_per_second", .number(Limits.messagesPerSecond),
            .unset("no limit"), example: .number(20),
            """
            No more messages are received for the handler, counted over any second or longer, but \
            for one second's worth at once; 0.5 is one in two seconds. What exceeds it waits in \
            the queue. It slows down the whole queue: of several handlers of one queue, the lowest \
            limit counts for all.
            """)
    ]
}
