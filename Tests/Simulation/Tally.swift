/// Why a handler that was done with a message was run for it again.
package enum DuplicateCause: String, Sendable, CaseIterable {
    case givenOutTwice = "the service gave the message out twice"
    case killed = "the process was killed"
    case deleteUnconfirmed = "the delete was not confirmed"
    case leaseLost = "the lease was lost"
    case lapsedEarly = "the service's clock jumped"
    case olderHandle = "the handle of an earlier delivery was good, too"
    case fanOut = "another handler failed, and another daemon got the message"
}

/// What runs came to, to be summed.
package struct Tally: Sendable {
    package var messages = 0
    package var runs = 0
    package var requests = 0
    package var events = 0
    package var duplicates: [DuplicateCause: Int] = [:]

    package init() {}

    package static func += (left: inout Tally, right: Tally) {
        left.messages += right.messages
        left.runs += right.runs
        left.requests += right.requests
        left.events += right.events
        left.duplicates.merge(right.duplicates, uniquingKeysWith: +)
    }

    /// Runs that were not needed, of all runs.
    package var duplicateRate: Double {
        runs == 0 ? 0 : Double(duplicates.values.reduce(0, +)) / Double(runs)
    }
}
