/// The message attributes that a rejected message carries in its dead-letter queue.
package enum DeadLetterAttribute {
    /// Why the message was rejected.
    package static let reason = "RejectReason"
    /// Where the message came from, as a JSON object: `queue`, `queueArn` where it is known,
    /// `messageId`, `receiveCount`, `handler`, `host`, `time`, `reason` where it has no attribute
    /// of its own, and `output`, the last of what the handler said, where it said something. One
    /// attribute, for SQS takes ten in all.
    package static let origin = "RejectedFrom"
}
