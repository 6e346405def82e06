import Intake

extension Schema {
    /// `sqs-subscriber.toml`: what concerns the daemon and its queues.
    package static let main = Schema(
        keys: daemonKeys + awsKeys + logKeys + queueKeys,
        tables: [
            SchemaTable("aws", "How to reach AWS, or a server that is compatible with SQS."),
            SchemaTable("log", "What is logged."),
            SchemaTable("queues", "What concerns a queue rather than one handler."),
            SchemaTable(
                "queues.*", exampleName: "orders",
                """
                What concerns a queue rather than one handler of it. The queue is named as in the \
                handlers: by its name, URL or ARN, in quotes where there is a dot or colon in it.
                """),
        ], readsEnvironment: true)

    private static let daemonKeys = [
        SchemaKey(
            "slots", .integer(1...Limits.slots), .value(.integer(64)),
            "Messages being handled at once, over all queues. No more than this are received."),
        SchemaKey(
            "grace_time", .duration(.zero...Limits.lease), .value(.duration(.seconds(60))),
            """
            How long running handlers may go on after a stop was asked. Those that still run then \
            are cancelled and their messages come back.
            """),
        SchemaKey(
            "state_directory", .absolutePath,
            .unset("$STATE_DIRECTORY, which systemd sets; or nothing is kept"),
            example: .text("/var/lib/sqs-subscriber"),
            """
            Where it is kept which messages were handled and could not be deleted, so that they \
            are not handled again after a restart. Takes effect with a restart.
            """),
        SchemaKey(
            "core_dumps", .boolean, .value(.boolean(false)),
            """
            Let the kernel write core dumps of the daemon, and processes of its user read its \
            memory, as debuggers do. The programs that it runs for messages are such processes, \
            and its memory holds AWS credentials. Takes effect with a restart.
            """),
    ]

    private static let awsKeys = [
        SchemaKey(
            "aws.region", .region,
            .unset("the region in the queue's URL or ARN, of the profile, of the instance"),
            example: .text("eu-west-1"), aliases: ["AWS_REGION", "AWS_DEFAULT_REGION"],
            "The region of the queues."),
        SchemaKey(
            "aws.profile", .text, .unset("the profile \"default\""), example: .text("production"),
            aliases: ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"],
            "The profile of the shared AWS configuration and credentials files."),
        SchemaKey(
            "aws.endpoint_url", .url(queryAllowed: false),
            .unset("the profile's, or the region's endpoint of Amazon SQS"),
            example: .text("http://127.0.0.1:9324"),
            aliases: ["AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL"],
            "Where to send requests; only for a server that is compatible with SQS."),
        SchemaKey(
            "aws.allow_plaintext", .boolean, .value(.boolean(false)),
            """
            Accept http:// for other hosts than this one. Messages then cross the network \
            readable for everyone on the way.
            """),
        SchemaKey(
            "aws.use_dualstack", .boolean, .unset("the profile's, or false"),
            example: .boolean(true), aliases: ["AWS_USE_DUALSTACK_ENDPOINT"],
            "Use the endpoints that are reachable over IPv6 too."),
        SchemaKey(
            "aws.use_fips", .boolean, .unset("the profile's, or false"),
            example: .boolean(true), aliases: ["AWS_USE_FIPS_ENDPOINT"],
            "Use the endpoints with FIPS 140 validated cryptography."),
    ]

    private static let logKeys = [
        SchemaKey(
            "log.level", .choice(LogSettings.Level.allCases.map(\.rawValue)),
            .value(.text(LogSettings.Level.info.rawValue)),
            "What is less severe than this is not logged."),
        SchemaKey(
            "log.messages_per_second", .integer(0...Limits.logLinesPerSecond),
            .value(.integer(100)),
            """
            Lines about single messages, for each handler and each kind: what it prints, what it \
            warns of, what is done, what failed. Above this only samples are logged, with a \
            summary every ten seconds. 0 = no limit.
            """),
    ]

    private static let queueKeys = [
        SchemaKey(
            "queues.*.visibility_timeout", .wholeSeconds(Limits.shortestLease...Limits.lease),
            .unset("the queue's own"), example: .duration(.seconds(60)),
            "How long a received message is invisible to others before its lease is renewed."),
        SchemaKey(
            "queues.*.weight", .integer(1...100), .value(.integer(1)),
            """
            The queue's share of the slots when queues of the same priority compete, relative to \
            the others.
            """),
        SchemaKey(
            "queues.*.priority", .integer(0...100), .value(.integer(0)),
            """
            When queues compete, a free slot goes to the one with the highest priority that has \
            messages. Every queue keeps one slot, and what runs is never interrupted.
            """),
        SchemaKey(
            "queues.*.unmatched", .choice(UnmatchedPolicy.allCases.map(\.rawValue)),
            .value(.text(UnmatchedPolicy.leave.rawValue)),
            """
            What becomes of a message that no handler asks for: left to its visibility timeout, \
            deleted, or moved to the dead-letter queue.
            """),
        SchemaKey(
            "queues.*.dead_letter_queue", .queue, .unset("the queue's own redrive policy decides"),
            example: .text("orders-dead"),
            """
            Where rejected messages are sent before they are deleted: a name, URL or ARN. There \
            the attribute RejectReason says why, and RejectedFrom, in JSON, which message of which \
            queue it was, and which handler rejected it, where and when.
            """),
        SchemaKey(
            "queues.*.unwrap", .choices(Envelope.allCases.map(\.rawValue)),
            .unset("bodies are handled as they were sent"),
            example: .texts([Envelope.sns.rawValue]),
            """
            What bodies are taken out of before they are matched and handled, the outermost first: \
            sns = a notification of SNS, if it is one; base64 = a text in base64; gzip = one that \
            was compressed, in base64; s3 = a pointer of the extended client library to a payload \
            in S3, if it is one. A body that is not in its form is rejected, and so is a pointer \
            to an object that does not exist. [match] sees the pointer, not the payload, which is \
            fetched for each handler, with the daemon's credentials: allow it s3:GetObject, and \
            s3:ListBucket, without which S3 does not say that an object does not exist. An \
            endpoint other than the region's is named by AWS_ENDPOINT_URL_S3.
            """),
        SchemaKey(
            "queues.*.unwrap_limit", .size(Limits.unwrapped), .value(.size(Envelope.defaultLimit)),
            """
            What a body in gzip, or a payload in S3 in gzip, may grow to; a message with a larger \
            one is rejected. It is held in memory while a handler runs, some times over: count on \
            slots x unwrap_limit at least.
            """),
        SchemaKey(
            "queues.*.payload_limit", .size(Limits.payload),
            .value(.size(SubscriptionSettings.defaultPayloadLimit)),
            """
            The largest payload that is fetched from S3; a message with a larger one is rejected. \
            It is held in memory while a handler runs, some times over: count on slots x \
            payload_limit at least.
            """),
        SchemaKey(
            "queues.*.delete_payload", .boolean, .value(.boolean(false)),
            """
            Delete the payload from S3 after its message was handled and deleted; needs \
            s3:DeleteObject. A payload whose message went to the dead-letter queue stays. Leave it \
            off where several queues get the same pointers, as by SNS. Who may send to the queue \
            names the object: allow the daemon the buckets of payloads alone.
            """),
        SchemaKey(
            "queues.*.pollers", .integer(1...Limits.pollers), .value(.integer(4)),
            "The most receives at the same time. There is one while the queue is idle."),
    ]
}
