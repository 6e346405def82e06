/// The work of one StartMessageMoveTask: how many messages a dead-letter queue has given back, and
/// how many it may have by when.
///
/// Source: StartMessageMoveTask and ListMessageMoveTasks in the API reference, and “Configuring a
/// dead-letter queue redrive” in the developer guide.
package struct MessageMove: Sendable, Equatable {
    package enum Status: Sendable, Equatable {
        case running
        case completed
        case cancelled
        /// It could not go on, for the reason named as the service names it.
        case failed(reason: String)
    }

    /// Why a task ends that cannot go on. Source: “Troubleshooting dead-letter queue redrive”.
    enum FailureReason {
        /// The queue to move to is gone.
        static let missingQueue = "AWS.SimpleQueueService.NonExistentQueue"
        /// The message came by SendMessage rather than from another queue, and no destination is
        /// given.
        static let unknownSource = "CouldNotDetermineMessageSource"
    }

    package let id: String
    let sourceARN: String
    /// Nil where each message goes back to the queue that it came from.
    let destinationARN: String?
    /// Messages per second; nil where the task may be as quick as it can.
    let rate: Int?
    let startedAt: StoreInstant
    /// The messages visible at the start. It never moves more, so that a task whose messages fail
    /// again at once ends all the same.
    package let toMove: Int
    package internal(set) var moved = 0
    package var status = Status.running

    init(
        id: String, sourceARN: String, destinationARN: String?, rate: Int?, startedAt: StoreInstant,
        toMove: Int
    ) {
        self.id = id
        self.sourceARN = sourceARN
        self.destinationARN = destinationARN
        self.rate = rate
        self.startedAt = startedAt
        self.toMove = toMove
    }
}

extension MessageMove {
    private static let second: Int64 = 1_000_000
    /// Where no rate is given it moves that many at a time, that often: a million messages take ten
    /// seconds, in which others are served, too.
    private static let messagesPerStep: Int64 = 1_000
    private static let stepsPerSecond: Int64 = 100

    private var messagesPerStep: Int64 { rate == nil ? Self.messagesPerStep : 1 }
    private var stepsPerSecond: Int64 { rate.map(Int64.init) ?? Self.stepsPerSecond }

    /// The messages that may have been moved by then: the first at the start, the others in turn.
    func allowance(at now: StoreInstant) -> Int {
        let elapsed = max(0, now.microseconds - startedAt.microseconds)
        let steps = elapsed * stepsPerSecond / Self.second + 1
        return min(toMove, Int(steps * messagesPerStep))
    }

    /// When the next message may be moved.
    var nextStep: StoreInstant {
        let steps = (Int64(moved) + messagesPerStep - 1) / messagesPerStep
        let delay = (steps * Self.second + stepsPerSecond - 1) / stepsPerSecond
        return StoreInstant(microseconds: startedAt.microseconds + delay)
    }
}
