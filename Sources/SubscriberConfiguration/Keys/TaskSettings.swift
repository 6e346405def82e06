import Calendar
import Settings

/// The table of one periodic task, as it is written.
struct TaskKeys: KeyedSettings {
    var cron = ""
    var timeZone = "UTC"
    var missed = Schedule.CatchUp.once
    var body = ScheduledTask.standardBody
    var path: String?

    /// The keys of `[schedule.NAME]`, or of `[schedule]` itself.
    static let keys: [Key<TaskKeys>] = [
        Key(
            required: "cron", \.cron, .crontab, example: "30 3 * * *",
            """
            Its times: minute, hour, day of the month, month, day of the week; or @hourly, @daily, \
            @weekly, @monthly, @yearly.
            """),
        Key(
            "time_zone", \.timeZone, .timeZone,
            """
            Whose clocks they are of. A time that they skip is made up for when they have; one \
            that they show twice is taken the first time; tasks of every hour go by the clock.
            """),
        Key(
            "missed", \.missed, .choice,
            """
            What becomes of times at which the daemon was down: the latest is made up for once, or \
            they are skipped. "once" needs a state directory; and a host that was down for more \
            than five minutes sends to a FIFO queue again what the others have sent.
            """),
        Key(
            "body", \.body, .messageBody,
            "The body of the message; by default that of the worker daemon."),
        Key(
            "path", \.path, .urlPath, unset: "no path", example: "/tasks/nightly",
            """
            The attribute beanstalk.sqsd.path: where an http handler with task_paths = true posts \
            it.
            """),
    ]

    static let table = KeyTable<TaskKeys>(
        "schedule.*", exampleName: "nightly",
        """
        A periodic task, by its name: a message is sent to the handler's queue at its times, with \
        the attributes beanstalk.sqsd.task_name and beanstalk.sqsd.scheduled_time, which an http \
        handler posts as X-Aws-Sqsd-Taskname and X-Aws-Sqsd-Scheduled-At. Each host sends its own; \
        of a FIFO queue all hosts together send one, by the deduplication id NAME@TIME. A handler \
        with one task can have it in [schedule].
        """,
        keys: keys)
}

/// The table `[schedule]`, where one task may be in it itself.
struct SoleTaskKeys: KeyedSettings {
    var name: String?
    var task = TaskKeys()

    static let table = KeyTable<SoleTaskKeys>(
        "schedule", "Periodic tasks.",
        keys: [
            Key(
                "name", \.name, .text, unset: "the name of the handler", example: "nightly",
                "The name of the task in [schedule] itself.")
        ] + Key.all(TaskKeys.keys, of: \.task))
}
