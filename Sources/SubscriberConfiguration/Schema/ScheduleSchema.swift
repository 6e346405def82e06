extension Schema {
    static let scheduleTable = SchemaTable(
        "schedule.*", exampleName: "nightly",
        """
        A periodic task, by its name: a message is sent to the handler's queue at its times, with \
        the attributes beanstalk.sqsd.task_name and beanstalk.sqsd.scheduled_time, which an http \
        handler posts as X-Aws-Sqsd-Taskname and X-Aws-Sqsd-Scheduled-At. Each host sends its own; \
        of a FIFO queue all hosts together send one, by the deduplication id NAME@TIME. A handler \
        with one task can have it in [schedule].
        """)

    /// One task may be in `[schedule]` itself.
    static let scheduleKeys =
        [
            SchemaKey(
                "schedule.name", .text, .unset("the name of the handler"),
                example: .text("nightly"), "The name of the task in [schedule] itself.")
        ] + taskKeys(in: "schedule") + taskKeys(in: "schedule.*")

    private static func taskKeys(in table: String) -> [SchemaKey] {
        [
            SchemaKey(
                "\(table).cron", .crontab, .required, example: .text("30 3 * * *"),
                """
                Its times: minute, hour, day of the month, month, day of the week; or @hourly, \
                @daily, @weekly, @monthly, @yearly.
                """),
            SchemaKey(
                "\(table).time_zone", .timeZone, .value(.text("UTC")),
                """
                Whose clocks they are of. A time that they skip is made up for when they have; one \
                that they show twice is taken the first time; tasks of every hour go by the clock.
                """),
            SchemaKey(
                "\(table).missed", .choice(ScheduledTask.missedPolicies), .value(.text("once")),
                """
                What becomes of times at which the daemon was down: the latest is made up for \
                once, or they are skipped. "once" needs a state directory; and a host that was \
                down for more than five minutes sends to a FIFO queue again what the others have \
                sent.
                """),
            SchemaKey(
                "\(table).body", .messageBody, .value(.text(ScheduledTask.standardBody)),
                "The body of the message; by default that of the worker daemon."),
            SchemaKey(
                "\(table).path", .urlPath, .unset("no path"), example: .text("/tasks/nightly"),
                """
                The attribute beanstalk.sqsd.path: where an http handler with task_paths = true \
                posts it.
                """),
        ]
    }
}
