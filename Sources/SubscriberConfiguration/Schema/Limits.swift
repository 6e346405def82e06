/// The limits of the configuration, each with its reason.
enum Limits {
    /// SQS holds a message invisible for at most 12 hours from its receive (ReceiveMessage API
    /// reference); nothing that happens under one receive can take longer.
    static let lease = Duration.seconds(43_200)
    /// The shortest lease that can be renewed in time.
    static let shortestLease = Duration.seconds(2)
    /// The memory of a large machine is filled by 10,000 messages with bodies of 1 MiB.
    static let slots = 10_000
    /// Lambda's limit for MaximumBatchingWindowInSeconds. A batch that waits holds its messages.
    static let batchWindow = Duration.seconds(300)
    /// Lambda's limit for BatchSize on a FIFO queue.
    static let fifoBatch = 10
    /// Sixteen receives bring 160 messages at a time, more than twice the default of all slots.
    static let pollers = 16
    /// One in a quarter of an hour, for who wants fewer stops the queue, to more than one daemon
    /// receives; who wants no limit leaves the key out.
    static let messagesPerSecond = 0.001...100_000
    /// Far more lines than messages can be handled; who wants no limit writes 0.
    static let logLinesPerSecond = 1_000_000
    /// The output of one process. What is logged is kept by the journal, which drops old entries
    /// for it.
    static let output = 1 << 30
    /// What a small C program maps, to more than a machine has.
    static let programMemory = (4 << 20)...(1 << 50)
    /// The size above which the libraries put a payload into S3, to what a handler should rather
    /// fetch by itself, in pieces.
    static let payload = (256 << 10)...(256 << 20)
    /// The largest message, which may come without compression, to what ten messages of a receive
    /// are unwrapped and matched from in seconds: their leases run meanwhile.
    static let unwrapped = (1 << 20)...(64 << 20)
    /// A deduplication id has 128 characters, of which the time takes 21.
    static let taskName = 80
    /// A thousand times a large handler file. A larger file was put there by mistake.
    static let fileSize = 1 << 20
    /// Tables in tables. The schema needs three levels; it keeps the walk through a file shallow.
    static let nesting = 16
    /// A number or a date, which stands in no quotes. None that means something has so many
    /// characters; toml++ 3.3 and 3.4 abort on some of 125 and more.
    static let bareValue = 100
    /// The errors that are told in one go. Nobody mends more of them, and a file of a MiB has room
    /// for 150,000.
    static let errors = 1_000
    /// How much of a wrong value an error repeats.
    static let quotedLength = 80
}
