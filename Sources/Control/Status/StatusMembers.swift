/// What each member of the status says, for sqs-subscriber(8). Their names stay what they are.
package enum StatusMembers {
    /// The members by their places: a dot leads into an object, `[]` into each element of a list.
    package static let all = daemon + queue + handler + run

    private static let daemon = [
        ("version", "The program's version."),
        ("pid", "The process."),
        ("state", "starting, running or stopping."),
        ("trouble", "Whether an operator should look: what status exits with 1 for."),
        ("summary", "The line of systemctl status."),
        ("since", "When it began. All moments are in UTC, ISO 8601."),
        ("configuration.read", "When the configuration in force was read."),
        ("configuration.files", "What it was read from."),
        ("configuration.problem", "Why the last reload was refused, where it was."),
        ("log_level", "The least severe level that is logged."),
        ("slots", "Messages that may be handled at once."),
        ("messages.handled", "Messages deleted since the start, of all queues."),
        ("messages.failed", "Runs since the start that brought their message back."),
        ("messages.rejected", "Messages rejected since the start."),
    ]

    private static let queue = [
        ("name", "The queue; its whole reference where the configuration has two of its name."),
        (
            "state",
            """
            opening (it has not answered yet), receiving, idle, waiting (nothing is received, for \
            a handler cannot work), paused, or leaving (it is no longer configured, and what runs \
            may finish).
            """
        ),
        ("trouble", "What is in the way, since when and until when; absent where nothing is."),
        ("in_hand", "Messages that wait or run."),
        ("running", "Messages that run."),
        ("received", "Messages received since the start; so are the others counted."),
        ("deleted", "Messages deleted."),
        ("returned", "Messages made visible again, at once or later."),
        ("lapsed", "Messages left to their visibility timeouts."),
        ("renewed", "Extensions of visibility timeouts that SQS has confirmed."),
        ("lost", "Messages whose visibility timeout was lost."),
        ("duplicates", "Messages that came back although they were done, deleted without a run."),
        ("released", "Messages released before a handler saw them, by cause."),
        ("received_per_second.1m", "Messages received per second, over the last minute."),
        ("received_per_second.15m", "The same over 15 minutes."),
        ("deleted_per_second.1m", "Messages deleted per second, over the last minute."),
        ("deleted_per_second.15m", "The same over 15 minutes."),
        ("oldest_in_hand_seconds", "How long ago the oldest message in hand was sent."),
        (
            "approximate.visible",
            "Messages that wait in the queue, as SQS has counted within the last looks."
        ),
        ("approximate.in_flight", "Messages that somebody has received."),
        ("approximate.delayed", "Messages whose delay is not over."),
        ("last_failure.at", "When something failed last, though it may be over."),
        ("last_failure.text", "What that was."),
    ].map { ("queues[].\($0)", $1) }

    private static let handler = [
        ("name", "The handler."),
        ("concurrency", "Messages that it is given at once, at most."),
        ("running", "Its runs that have not ended."),
        ("done", "Runs since the start that were done; so are the others counted."),
        ("retried", "Runs that brought their message back."),
        ("rejected", "Runs that rejected their message."),
        ("unavailable", "Messages that it could not be started for."),
        ("cancelled", "Runs that were cut."),
        ("p50_seconds", "The time within which half of the runs of 15 minutes ended."),
        ("p99_seconds", "The time within which 99 of 100 did."),
        ("oldest_run_seconds", "How long the oldest run has taken so far."),
    ].map { ("queues[].handlers[].\($0)", $1) }

    private static let run = [
        ("handler", "A run that has not ended: its handler."),
        ("message_id", "Its message."),
        ("seconds", "How long it has taken so far."),
    ].map { ("queues[].runs[].\($0)", $1) }
}
