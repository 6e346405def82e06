/// The limits of Amazon SQS that the store holds to.
///
/// Source: the service model 2012-11-05 as botocore ships it, and “Amazon SQS quotas” in the
/// developer guide.
package enum StoreLimits {
    /// The longest visibility timeout, and the longest a message can be held after its receive.
    package static let visibilityTimeout = Duration.seconds(43_200)
    /// The longest delay of a queue or a message.
    static let delay = Duration.seconds(900)
    /// The longest long poll.
    static let waitTime = Duration.seconds(20)
    /// How long a message may be kept: one minute to 14 days.
    static let retention = Duration.seconds(60)...Duration.seconds(1_209_600)
    /// What `MaximumMessageSize` may be, in bytes; a batch may be as large as the largest message.
    package static let messageSize = 1_024...1_048_576
    /// Messages per receive, and entries per batch.
    package static let batch = 10
    /// Message attributes per message.
    package static let messageAttributes = 10
    /// Characters of a message attribute's name, and of its data type.
    package static let attributeName = 256
    /// Characters of a message group id, deduplication id or receive request attempt id.
    static let identifier = 128
    /// Characters of a batch entry's id, and of a queue's name.
    package static let name = 80
    /// Messages of one queue in flight at once.
    package static let inFlight = 120_000
    /// How long a deduplication id, or a receive request attempt id, is remembered.
    static let deduplication = Duration.seconds(300)
    /// The time between two purges of a queue, and between a deletion and a queue of the same name.
    static let settling = Duration.seconds(60)
    /// Receives before a redrive.
    static let receiveCount = 1...1_000
    /// How long a key of KMS may be used again without asking: one minute to a day.
    static let keyReuse = Duration.seconds(60)...Duration.seconds(86_400)
    /// Actions of a statement that AddPermission makes.
    static let actions = 7
    /// Bytes, statements and accounts of a policy. Source: “Policies” among the quotas.
    static let policySize = 8_192
    static let policyStatements = 20
    static let policyPrincipals = 50
    /// Messages per second that a move task may be told to move.
    static let moveRate = 1...500
    /// Move tasks of a queue that can be listed.
    static let moveTasks = 1...10
    /// Queues per page of a listing.
    static let page = 1...1_000
    /// Tags of a queue, and characters of a tag's key.
    package static let tags = 50
    static let tagKey = 1...128
}
