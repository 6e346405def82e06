/// The fields of the daemon's own that a journal entry may have, with what they hold.
enum JournalFields {
    static let all: [(name: String, meaning: String)] = [
        ("SQS_QUEUE", "The name of the queue."),
        ("SQS_HANDLER", "The name of the handler."),
        ("SQS_MESSAGE_ID", "The message id; of a batch of a function, all of them."),
        (
            "SQS_OUTCOME",
            """
            How a run ended: done, retry, reject, unavailable (the handler cannot work), lost (the \
            message may be given to others) or cancelled.
            """
        ),
        ("SQS_RECEIVE_COUNT", "How often the message was received, this time included."),
        ("SQS_DURATION_USEC", "How long the run took, in microseconds."),
        ("SQS_OUTPUT", "The last 4 KiB of what a failed run said."),
        ("SQS_EXIT_STATUS", "The exit status of a program."),
        ("SQS_EXIT_SIGNAL", "The number of the signal that ended a program."),
        ("SQS_PEAK_MEMORY", "The most memory that a program held, in bytes, where it is known."),
        ("SQS_STREAM", "Whether a line of a handler came from stdout or stderr."),
        ("SQS_HTTP_STATUS", "What the endpoint answered."),
        ("SQS_FUNCTION", "The name of the Lambda function."),
        ("SQS_REQUEST_ID", "The invocation of the function."),
        ("SQS_MESSAGE_GROUP_ID", "The message group of a FIFO queue."),
        (
            "SQS_TRACE_ID",
            """
            The trace of the message: the trace-id of its attribute traceparent, or else the Root \
            of its X-Ray header; of a batch of a function, all of them.
            """
        ),
        ("SQS_DEAD_LETTER_QUEUE", "The queue that a rejected message was sent to."),
        ("SQS_DEAD_LETTER_ID", "Its message id there."),
        ("SQS_TASK", "The name of a periodic task."),
        ("SQS_SCHEDULED_AT", "The time that the task was due, in ISO 8601."),
        ("SQS_KIND", "What a summary is about: the kind of the lines that were left out."),
        ("SQS_LEFT_OUT", "How many lines a summary stands for."),
        ("SQS_LOST", "How many entries were lost while the journal took none."),
        ("SQS_ERROR", "The error that a program on the library logs with an entry."),
        ("SQS_LOGGER", "The part of the program, or of a program on the library, that logs."),
        ("SQS_FIELDS_DROPPED", "How many fields found no room in the entry."),
    ]
}
