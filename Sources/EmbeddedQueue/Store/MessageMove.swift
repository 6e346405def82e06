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

/// The pace of a move task: how many messages it may have moved by when. Counted from its start or,
/// where it was loaded from a disk, from then: it does not make up for the time in between.
struct MovePace: Sendable {
    private static let second: Int64 = 1_000_000
    /// Where no rate is given it moves that many at a time, that often: a million messages take ten
    /// seconds, in which others are served, too.
    private static let messagesPerStep: Int64 = 1_000
    private static let stepsPerSecond: Int64 = 100
    /// The most that are moved at once, and that are not on the disk yet, however far it is behind:
    /// others are served between, and what is written at once stays small.
    static let mostAtOnce = 1_000
    /// The time between where it is behind.
    private static let pause = Duration.milliseconds(10)

    private let origin: StoreInstant
    /// The messages that may be moved at the origin.
    private let allowedAtOrigin: Int64
    private let messagesPerStep: Int64
    private let stepsPerSecond: Int64
    /// When the next message may be moved.
    private(set) var next: StoreInstant

    init(of task: MessageMove, from origin: StoreInstant) {
        self.origin = origin
        messagesPerStep = task.rate == nil ? Self.messagesPerStep : 1
        stepsPerSecond = task.rate.map(Int64.init) ?? Self.stepsPerSecond
        allowedAtOrigin = task.moved == 0 ? messagesPerStep : Int64(task.moved)
        next = origin
    }

    /// The messages that may have been moved by then.
    func allowance(at now: StoreInstant) -> Int {
        let elapsed = max(0, now.microseconds - origin.microseconds)
        return Int(allowedAtOrigin + elapsed * stepsPerSecond / Self.second * messagesPerStep)
    }

    /// Sets when the next message may be moved, after so many were.
    mutating func goOn(after moved: Int, at now: StoreInstant) {
        let steps = (Int64(moved) - allowedAtOrigin) / messagesPerStep + 1
        let delay = (steps * Self.second + stepsPerSecond - 1) / stepsPerSecond
        next = StoreInstant(microseconds: origin.microseconds + delay)
        if next <= now { next = now + Self.pause }
    }
}
