/// How many receives are worth having out at once.
///
/// One when the queue is idle. One more for each full batch, since a full batch says that more is
/// waiting; one fewer for each short one; back to one for an empty one, or while receives fail. One
/// that failed by accident pauses by itself, and no other is sent in its place.
struct PollerScaling: Sendable, Equatable {
    private(set) var target = 1
    /// The last receive brought all it asked for: more is waiting in the queue.
    private(set) var isBacklogged = false
    /// The last receive brought nothing, or none came back yet.
    private(set) var isIdle = true
    /// The moments until which those that failed by accident pause.
    private var pauses: [Instant] = []

    mutating func answered(count: Int, asked: Int, limit: Int) {
        isIdle = count == 0
        isBacklogged = count >= asked
        if isBacklogged {
            target = min(max(1, limit), target + 1)
        } else {
            target = isIdle ? 1 : max(1, target - 1)
        }
    }

    mutating func failed() {
        target = 1
        isBacklogged = false
        pauses = []
    }

    /// One failed by accident.
    mutating func pause(until moment: Instant) { pauses.append(moment) }

    /// How many may be out by now.
    mutating func open(at now: Instant) -> Int {
        if !pauses.isEmpty { pauses.removeAll { $0 <= now } }
        return max(0, target - pauses.count)
    }

    /// When another one may be sent, where one pauses.
    var pauseEnd: Instant? { pauses.min() }

    /// The limit was lowered.
    mutating func limit(to limit: Int) {
        target = min(target, max(1, limit))
    }
}
