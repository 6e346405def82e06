/// A message move task: the service's own redrive of a dead-letter queue, as ListMessageMoveTasks
/// tells of it.
package struct MoveTask: Sendable, Equatable {
    package enum Status: String, Sendable {
        case running = "RUNNING"
        case completed = "COMPLETED"
        case cancelling = "CANCELLING"
        case cancelled = "CANCELLED"
        case failed = "FAILED"
    }

    /// What cancels it; known only while it runs.
    package var handle: String?
    /// Nil where the service says something that is not in its model.
    package var status: Status?
    /// Where all messages go; nil where each goes back to where it came from.
    package var destinationARN: String?
    /// When it was started: milliseconds since 1970-01-01 UTC.
    package var started = 0
    /// How many were moved, approximately.
    package var moved = 0
    /// How many there were at its start, where it has begun.
    package var total: Int?
    /// Why it failed.
    package var failureReason: String?

    package init() {}
}

/// One page of a list of queues.
package struct QueuePage: Sendable, Equatable {
    package var urls: [String] = []
    /// What asks for the next page; nil on the last.
    package var nextToken: String?
}
