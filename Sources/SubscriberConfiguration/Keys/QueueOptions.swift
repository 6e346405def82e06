package import AWS
import HandlerLibrary
package import Intake
import Settings
package import SubscriberEngine

/// What concerns a queue rather than one handler of it: a table of `[queues]`.
package struct QueueOptions: KeyedSettings {
    /// What the engine heeds.
    package var engine = QueueSettings()
    package var deadLetterQueue: QueueReference?
    /// What bodies are taken out of, the outermost first.
    package var unwrap: [Envelope] = []
    /// What a compressed body or payload may grow to, in bytes.
    package var unwrapLimit = Envelope.defaultLimit
    /// The largest payload that is fetched from S3, in bytes. Sixteen of the largest messages: what
    /// 64 slots of the default hold together, 1 GiB, still fits a server.
    package var payloadLimit = 16 << 20
    /// Whether a payload in S3 is deleted after its message.
    package var deletesPayload = false

    package init() {}

    /// The shortest lease that can be renewed in time.
    private static let shortestLease = Duration.seconds(2)
    /// So many receives bring 640 messages at a time, ten times the default of all slots.
    private static let mostPollers = 64
    /// The largest message fits in the least; the most is what a machine may spend on a queue.
    private static let inHand = (1 << 20)...(1 << 30)
    /// The size above which the libraries put a payload into S3, to what a handler should rather
    /// fetch by itself, in pieces.
    private static let payloads = (256 << 10)...(256 << 20)
    /// The largest message, which may come without compression, to what ten messages of a receive
    /// are unwrapped and matched from in seconds: their leases run meanwhile.
    private static let unwrapped = (1 << 20)...(64 << 20)

    static let table = KeyTable<QueueOptions>(
        "queues.*", exampleName: "orders",
        """
        What concerns a queue rather than one handler of it. The queue is named as in the \
        handlers: by its name, URL or ARN, in quotes where there is a dot or colon in it.
        """,
        keys: sharingKeys + messageKeys + payloadKeys + receiveKeys)

    private static let sharingKeys: [Key<QueueOptions>] = [
        Key(
            "visibility_timeout", \.engine.visibilityTimeout,
            .wholeSeconds(shortestLease...KeyLimits.lease), unset: "the queue's own",
            example: "1min",
            "How long a received message is invisible to others before its lease is renewed."),
        Key(
            "weight", \.engine.weight, .integer(1...100),
            """
            The queue's share of the slots when queues of the same priority compete, relative to \
            the others.
            """),
        Key(
            "priority", \.engine.priority, .integer(0...100),
            """
            When queues compete, a free slot goes to the one with the highest priority that has \
            messages. Every queue keeps one slot, and what runs is never interrupted.
            """),
    ]

    private static let messageKeys: [Key<QueueOptions>] = [
        Key(
            "unmatched", \.engine.unmatched, .choice,
            """
            What becomes of a message that no handler asks for: left to its visibility timeout, \
            deleted, or moved to the dead-letter queue.
            """),
        Key(
            "dead_letter_queue", \.deadLetterQueue, .queue,
            unset: "the queue's own redrive policy decides", example: "orders-dead",
            """
            Where rejected messages are sent before they are deleted: a name, URL or ARN. There \
            the attribute RejectReason says why, and RejectedFrom, in JSON, which message of which \
            queue it was, and which handler rejected it, where and when.
            """),
        Key(
            "unwrap", \.unwrap, .choices(), empty: "bodies are handled as they were sent",
            example: ["sns"],
            """
            What bodies are taken out of before they are matched and handled, the outermost first: \
            sns = a notification of SNS; base64 = a text in base64; gzip = one that was compressed \
            with gzip or zlib, in base64; s3 = a pointer of an extended client library to a \
            payload in S3. A body that is none of these stays as it is; the attribute \
            Content-Encoding (gzip, deflate, base64, identity) says it where the form does not. \
            One that cannot be read is rejected, and so is a pointer to an object that does not \
            exist. [match] sees the pointer, not the payload, which is \
            fetched once for all handlers, with the daemon's credentials: allow it s3:GetObject, \
            and s3:ListBucket, without which S3 does not say that an object does not exist. An \
            endpoint other than the region's is named by AWS_ENDPOINT_URL_S3.
            """),
    ]

    private static let payloadKeys: [Key<QueueOptions>] = [
        Key(
            "unwrap_limit", \.unwrapLimit, .size(unwrapped),
            """
            What a body in gzip, or a payload in S3 in gzip, may grow to; a message with a larger \
            one is rejected. It is held in memory until the message's handlers are over, some \
            times over: count on slots x unwrap_limit at least.
            """),
        Key(
            "payload_limit", \.payloadLimit, .size(payloads),
            """
            The largest payload that is fetched from S3; a message with a larger one is rejected. \
            It is held in memory until the message's handlers are over, some times over: count on \
            slots x payload_limit at least.
            """),
        Key(
            "delete_payload", \.deletesPayload, .boolean,
            """
            Delete the payload from S3 after its message was handled and deleted; needs \
            s3:DeleteObject. A payload whose message went to the dead-letter queue stays. Leave it \
            off where several queues get the same pointers, as by SNS. Who may send to the queue \
            names the object: allow the daemon the buckets of payloads alone.
            """),
    ]

    private static let receiveKeys: [Key<QueueOptions>] = [
        Key(
            "pollers", \.engine.maximumPollers, .integer(1...mostPollers),
            """
            The most receives at the same time. There is one while the queue is idle, and as many \
            as the handlers and the network ask for while it is busy.
            """),
        Key(
            "bytes_in_hand", \.engine.bytesInHand, .size(inHand),
            """
            How much of the queue's messages may be in memory at once, those that are worked on \
            and those that are received ahead of free workers. One receive is always allowed: ten \
            messages of 1 MiB.
            """),
    ]
}
