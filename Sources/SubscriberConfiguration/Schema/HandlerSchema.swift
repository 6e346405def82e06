extension Schema {
    /// `handlers.d/NAME.toml`: one handler.
    package static let handler = Schema(
        keys: commonKeys + execKeys + httpKeys + retryKeys + scheduleKeys,
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
                worker daemon. 2xx = done; 429 and 503 with Retry-After = retry after that; every \
                other = retry. Redirects are not followed.
                """),
            SchemaTable("journal", "Each body is logged, and the message deleted."),
            SchemaTable("retry", "When a failed message is tried again."),
            SchemaTable("schedule", "Periodic tasks."),
            scheduleTable,
        ], readsEnvironment: false)

    /// The tables of which a handler has exactly one.
    static let kinds = ["exec", "http", "journal"]

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
}
