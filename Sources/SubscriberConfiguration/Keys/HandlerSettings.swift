package import AWS
package import EventPatterns
package import HandlerLibrary
import Settings
package import SubscriberEngine

/// One handler: what its file, and what is laid over it, says.
///
/// The keys above the first table of the file are members of it: `settings.concurrency`.
@dynamicMemberLookup
package struct HandlerSettings: Sendable, Equatable {
    /// The file's name without `.toml`; for a queue given by flag or environment, the queue's name.
    package let name: String
    package let queue: QueueReference
    package var common = CommonSettings()
    package let kind: ChosenKind
    /// The tasks in the order of their names.
    package var tasks: [ScheduledTask] = []

    package init(name: String, queue: QueueReference, kind: any HandlerKind) {
        self.name = name
        self.queue = queue
        self.kind = ChosenKind(kind)
    }

    package subscript<Value>(dynamicMember field: KeyPath<CommonSettings, Value>) -> Value {
        common[keyPath: field]
    }

    /// Messages this handler works on at once: of a Lambda function, as many as its processes take
    /// in full batches, and never more than there can be slots.
    package var messagesAtOnce: Int {
        min(common.concurrency * kind.settings.messagesAtATime, KeyLimits.slots)
    }
}

/// What every handler's file may say above its first table.
package struct CommonSettings: KeyedSettings {
    /// The queue as the file names it; nil where that is missing.
    package var queue: QueueReference?
    /// 1 to 10,000: messages at once, or processes of a Lambda function; see
    /// ``HandlerSettings/messagesAtOnce``.
    package var concurrency = 10
    /// What the engine heeds. Its retries and limits have tables of their own.
    package var policy = HandlerPolicy()
    /// The messages it wants; nil = all of the queue.
    package var match: EventPattern?
    /// Whether it gets only those messages that no other handler of the queue wants.
    package var isFallback = false

    package init() {}

    static let table = KeyTable<CommonSettings>(keys: [
        Key(
            required: "queue", \.queue, .queue, example: "orders",
            "The queue whose messages are handled: its name, URL or ARN."),
        Key(
            "concurrency", \.concurrency, .integer(1...KeyLimits.slots),
            "Messages this handler works on at once."),
        Key(
            "on_lease_lost", \.policy.onLeaseLost, .choice,
            """
            What becomes of a running handler when the message may be given to another host: \
            cancel it, or let it continue.
            """),
        Key(
            "match", \.match, .pattern, unset: "every message of the queue",
            example: ["body": ["type": ["created", "paid"]]],
            """
            The messages this handler wants: an EventBridge event pattern, as Lambda's event \
            filtering takes it for SQS, here or as a table [match]. What TOML cannot say, such as \
            null, is said in JSON, by the only key "pattern": \
            match = { pattern = '{"body": {"id": [null]}}' }
            """),
        Key(
            "fallback", \.isFallback, .boolean,
            "Get only those messages that no other handler of the queue wants."),
    ])
}

/// The table `[limits]` of a handler.
extension HandlerLimits: KeyedSettings {
    /// One in a quarter of an hour, for who wants fewer stops the queue, to more than one daemon
    /// receives; who wants no limit leaves the key out.
    private static let rates = 0.001...100_000

    static let table = KeyTable<HandlerLimits>(
        "limits", "What the handler, or what it talks to, can bear.",
        keys: [
            Key(
                "messages_per_second", \.messagesPerSecond, .number(rates), unset: "no limit",
                example: 20,
                """
                No more messages are received for the handler, counted over any second or longer, \
                but for one second's worth at once; 0.5 is one in two seconds. What exceeds it \
                waits in the queue. It slows down the whole queue: of several handlers of one \
                queue, the lowest limit counts for all.
                """)
        ])
}
