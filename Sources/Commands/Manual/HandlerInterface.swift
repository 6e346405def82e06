/// What a handler is given besides its settings: sections of the page of handlers.
enum HandlerInterface {
    static func add(to page: inout ManualPage) {
        page.section("ENVIRONMENT OF A PROGRAM")
        page.paragraph(
            """
            What [exec] sets for each message; a variable is missing where the message lacks its \
            value.
            """)
        page.list(variables.map { (.variable($0), [$1]) })
        page.paragraph(
            """
            The process of a [lambda] has the variables that AWS Lambda defines, AWS_LAMBDA_*, \
            AWS_REGION, LAMBDA_TASK_ROOT, _HANDLER and TZ among them, and speaks the Lambda \
            Runtime API at the address in AWS_LAMBDA_RUNTIME_API.
            """)
        page.section("HEADERS OF A REQUEST")
        page.paragraph("What [http] sends of each message, beside Content-Type and User-Agent:")
        page.list(headers.map { (.word($0), [$1]) })
    }

    private static let variables: [(String, String)] = [
        ("SQS_MESSAGE_ID", "The message id."),
        ("SQS_QUEUE", "The name of the queue."),
        ("SQS_QUEUE_URL", "The URL of the queue."),
        ("SQS_RECEIVE_COUNT", "How often the message was received, this time included."),
        ("SQS_SENT_TIMESTAMP", "When it was sent, in milliseconds since 1970-01-01 UTC."),
        ("SQS_FIRST_RECEIVE_TIMESTAMP", "When it was first received, likewise."),
        ("SQS_MESSAGE_GROUP_ID", "Its message group, in FIFO queues and where the sender set one."),
        (
            "SQS_ATTR_NAME",
            """
            The message attribute NAME, whose characters other than ASCII letters, digits and _ \
            become _; one of bytes is in base64.
            """
        ),
        ("SQS_MESSAGE_ATTRIBUTES", "All message attributes, in JSON."),
        (
            "SQS_OMITTED",
            """
            The variables, separated by spaces, for which the kernel's limit of arguments and \
            environment left no room; not set where there are none.
            """
        ),
        ("TRACEPARENT", "The W3C trace context, where the attribute traceparent has it."),
        ("_X_AMZN_TRACE_ID", "The trace header of AWS X-Ray, where the message has one."),
    ]

    private static let headers: [(String, String)] = [
        ("X-Aws-Sqsd-Msgid", "The message id."),
        ("X-Aws-Sqsd-Queue", "The name of the queue."),
        ("X-Aws-Sqsd-First-Received-At", "When it was first received, in ISO 8601."),
        ("X-Aws-Sqsd-Receive-Count", "How often it was received, this time included."),
        ("X-Aws-Sqsd-Sent-At", "When it was sent, in ISO 8601."),
        ("X-Aws-Sqsd-Sender-Id", "Who sent it, as SQS knows the sender."),
        (
            "X-Aws-Sqsd-Attr-NAME",
            "The message attribute NAME, whose characters that no header may have become -."
        ),
        ("X-Aws-Sqsd-Taskname", "The name of the periodic task."),
        ("X-Aws-Sqsd-Scheduled-At", "The time that the periodic task was due, in ISO 8601."),
        ("X-Aws-Sqsd-Path", "The path that the periodic task names."),
        ("traceparent", "The W3C trace context, where the attribute traceparent has it."),
        ("X-Amzn-Trace-Id", "The trace header of AWS X-Ray, where the message has one."),
        ("X-Sqs-Subscriber-Omitted", "The headers that headers_limit left no room for."),
        ("X-Sqs-Subscriber-Signature", "The signature, where signature_key_file is set."),
    ]
}
