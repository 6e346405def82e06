/// A message that ReceiveMessage delivered and that is withheld from its answer, for it is not, or
/// may not be, what its sender sent.
///
/// It is neither deleted nor released: its visibility timeout brings it back, to be read again or
/// to go to the dead-letter queue.
package struct CorruptedMessage: Sendable, Equatable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        /// The body does not match `MD5OfBody`.
        case body
        /// The attributes do not match `MD5OfMessageAttributes`.
        case attributes
        /// The id, the receipt handle or the body is missing.
        case incomplete
        /// Sound itself, but behind a withheld message of its group in a FIFO queue, which it must
        /// not overtake.
        case behindAnother
    }

    package let queueURL: String
    /// Empty where the answer had none.
    package let id: String
    package let reason: Reason

    package init(queueURL: String, id: String, reason: Reason) {
        self.queueURL = queueURL
        self.id = id
        self.reason = reason
    }

    package var description: String {
        let what =
            switch reason {
            case .body: "has a body that does not match its MD5 digest"
            case .attributes: "has message attributes that do not match their MD5 digest"
            case .incomplete: "came without id, receipt handle or body"
            case .behindAnother: "waits behind a damaged message of its group"
            }
        return "Message \(id.isEmpty ? "(no id)" : id) of \(queueURL) \(what); it is not handled "
            + "and comes back after its visibility timeout."
    }
}
