internal import SQS

/// The queue's attributes, read now and again, since operators change them.
struct AttributeRefresh: Sendable {
    /// A change takes SQS up to a minute to apply; five minutes more cost 0.3 % of an idle queue's
    /// requests. Meanwhile receives ask for the timeout known, so that no lease is misjudged.
    static let interval = Duration.seconds(300)

    private(set) var visibilityTimeout: Duration?
    private(set) var maximumReceives: Int?
    /// When they are to be read next; nil while they are being read.
    private(set) var due: Instant?
    private var trouble = TroubleTracker(.attributes)

    var currentTrouble: Trouble? { trouble.current }

    init(known: QueueAttributes? = nil) {
        visibilityTimeout = known?.visibilityTimeout
        maximumReceives = known?.maximumReceives
        due = known == nil ? .start : .start + Self.interval
    }

    /// True when they are to be read now.
    mutating func begin(at now: Instant) -> Bool {
        guard let due, due <= now else { return false }
        self.due = nil
        return true
    }

    mutating func postpone(at now: Instant) {
        due = now + Self.interval
    }

    /// They were read. Answers whether the visibility timeout is another one now.
    mutating func read(
        _ attributes: QueueAttributes, at now: Instant
    ) -> (isNew: Bool, news: Report?) {
        defer { visibilityTimeout = attributes.visibilityTimeout }
        maximumReceives = attributes.maximumReceives
        due = now + Self.interval
        let isNew = visibilityTimeout != attributes.visibilityTimeout
        return (isNew, trouble.succeeded(at: now))
    }

    /// They could not be read. Answers whether a timeout is assumed from now on: a role may be
    /// allowed to receive and not to read attributes. Every other error has to pass first, as
    /// receives would fail of it, too.
    mutating func failed(
        _ error: SQSError, at now: Instant, _ jitter: inout Jitter
    ) -> (isAssumed: Bool, news: Report?) {
        let news = trouble.failed(error, sentAt: now, at: now, &jitter).news
        due = trouble.retryAt ?? now + Self.interval
        guard error.kind == .denied, visibilityTimeout == nil else { return (false, news) }
        visibilityTimeout = Subscription.assumedVisibilityTimeout
        return (true, news)
    }

    /// What is being read will show whether its trouble goes on.
    mutating func forgetOldTrouble(at now: Instant) -> Report? {
        due == nil ? nil : trouble.forgetIfOld(at: now)
    }
}
