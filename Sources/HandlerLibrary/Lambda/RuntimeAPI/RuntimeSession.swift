/// Where one process is in the conversation that the Runtime API is, and what it may say next.
///
/// A value: starting, then by turns waiting for an invocation and working on it. Out of turn and
/// under a wrong id is refused as Lambda refuses it.
package struct RuntimeSession {
    private enum Phase: Equatable {
        case starting
        case waiting
        /// The id of the request that is being worked on.
        case working(String)
        case answered
        case ended
    }

    private var phase = Phase.starting

    package init() {}

    /// Whether nothing but refusals is to come.
    var isOver: Bool { phase == .ended }

    /// The process asks for an invocation. Asking again while it waits is allowed: its connection
    /// may have broken.
    package mutating func next() throws(RuntimeAnswer) {
        switch phase {
        case .starting, .waiting, .answered: phase = .waiting
        case .working: throw .notAllowed
        case .ended: throw .closed
        }
    }

    /// An invocation is given to a process that waits.
    package mutating func begin(_ requestID: String) {
        if phase == .waiting { phase = .working(requestID) }
    }

    /// The process answers an invocation, with a response or an error.
    package mutating func answer(_ requestID: String) throws(RuntimeAnswer) {
        switch phase {
        case .working(requestID): phase = .answered
        case .working, .answered, .waiting: throw .invalidRequestID
        case .starting: throw .notAllowed
        case .ended: throw .closed
        }
    }

    /// The process says that it cannot start.
    package mutating func initError() throws(RuntimeAnswer) {
        guard phase == .starting else { throw .notAllowed }
        phase = .ended
    }

    /// The process is to end, or has.
    package mutating func end() {
        phase = .ended
    }
}
