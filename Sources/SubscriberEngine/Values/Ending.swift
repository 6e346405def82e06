/// How the daemon's hold on one received message ended. Every received message gets exactly one.
package enum Ending: Sendable, Hashable {
    /// SQS confirmed the delete.
    case deleted
    /// SQS confirmed that the message is visible again: at once, or after the delay.
    case visibilitySet(Duration)
    /// Left to its visibility timeout on purpose.
    case leftToLapse(Lapse)

    package enum Lapse: Sendable, Hashable {
        /// A handler asked for a retry, and no delay was configured.
        case retry
        /// Rejected, and the dead-letter queue is missing or did not take the message.
        case rejected
        /// No handler matched, and the queue says `unmatched = "leave"`.
        case unmatched
        /// The lease was lost; another host may have the message by now.
        case leaseLost(LeaseLoss)
        /// Done, but SQS did not delete it: it is deleted when it comes back, without a run.
        case deleteUnconfirmed
        /// It was to be made visible, but SQS did not confirm it.
        case returnUnconfirmed
        /// Another delivery of the same message was being handled, without success.
        case duplicate
    }
}

/// Why a lease could not be kept.
package enum LeaseLoss: Sendable, Hashable {
    /// SQS refused the renewal: the receipt handle is void.
    case refused
    /// No renewal was answered in time.
    case unanswered
    /// SQS hides a message for 12 hours at most.
    case ceiling
    /// It waited behind a handler that was told to end and did not; a lease is not renewed for
    /// that.
    case heldBack
}

/// Counts leases by their ending. `received` is always `ended + open`.
package struct EndingLedger: Sendable, Equatable {
    package private(set) var received = 0
    package private(set) var deleted = 0
    package private(set) var visibilitySet = 0
    package private(set) var leftToLapse = 0

    /// Leases that have not ended.
    package var open: Int { received - deleted - visibilitySet - leftToLapse }

    mutating func began() {
        received += 1
    }

    mutating func ended(_ ending: Ending) {
        switch ending {
        case .deleted: deleted += 1
        case .visibilitySet: visibilitySet += 1
        case .leftToLapse: leftToLapse += 1
        }
    }
}
