extension Schema {
    /// `[lambda]` of a handler.
    static let lambdaKeys = [
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
}
