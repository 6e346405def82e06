extension Schema {
    /// The keys of `[exec]`.
    static let execKeys = [
        SchemaKey(
            "exec.command", .command, .required,
            example: .texts(["/usr/local/bin/process-order", "--fast"]),
            """
            The program, by its path or its name in PATH, and its arguments. An argument may have \
            fields of the message in it: {message_id}, {queue}, {queue_url}, {receive_count}, \
            {sent_timestamp}, {first_receive_timestamp}, {group}, {attribute.NAME}, and \
            {body_file}, a file that holds the body. Each stays one argument, whatever the message \
            holds; what it lacks is empty.
            """),
        SchemaKey(
            "exec.stdin", .choice(["body", "json", "none"]), .value(.text("body")),
            """
            What the process reads: the body, the whole message as one JSON object (MessageId, \
            Body, Attributes, MessageAttributes, QueueName, QueueUrl), or nothing.
            """),
        SchemaKey(
            "exec.timeout", .duration(.seconds(1)...Limits.lease),
            .value(.duration(.seconds(300))),
            "The process, with those it started, is ended after this."),
        SchemaKey(
            "exec.reject_exit", .integers(1...255), .value(.integers([65])),
            "The exit statuses that reject the message: it is bad and will not get better."),
        SchemaKey(
            "exec.working_directory", .absolutePath, .unset("the daemon's"),
            example: .text("/var/lib/orders"), "Where the process starts."),
        SchemaKey(
            "exec.max_output", .size(1024...Limits.output), .value(.size(1 << 20)),
            "How much output of one process is logged; the rest is read and dropped."),
        SchemaKey(
            "exec.nice", .integer(0...19), .value(.integer(0)),
            "Added to the niceness of the daemon: the higher, the less processor time."),
        SchemaKey(
            "exec.memory_max", .size(Limits.programMemory), .unset("the limit of the daemon"),
            example: .size(1 << 30),
            """
            The most address space of the process, and of each one it starts (RLIMIT_AS): what it \
            maps counts, used or not, and an allocation beyond it fails.
            """),
        SchemaKey(
            "exec.aws_credentials", .boolean, .value(.boolean(false)),
            """
            Whether the process gets the daemon's current credentials and region, as the \
            variables that AWS SDKs read.
            """),
        SchemaKey(
            "exec.environment.*", .anyText, .unset("not there"), example: .text("C.UTF-8"),
            "The value of one variable; there can be any number of them."),
    ]
}
