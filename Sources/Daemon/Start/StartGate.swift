/// Decides when the start is over: ready, or ended with a status.
///
/// A value: what each queue's first answer was goes in, the verdict comes out. Ready once every
/// queue is served. A passing trouble holds the start up until the deadline at most; a lasting one
/// of every queue ends it at once; of some queues, the others are served.
package struct StartGate: Sendable {
    package enum Verdict: Sendable, Equatable {
        case wait
        case ready
        case fail(ExitStatus, reason: String)
    }

    private enum Answer {
        case none
        case served
        case troubled(StartTrouble)
    }

    private var answers: [String: Answer] = [:]

    package init(queues: some Sequence<String>) {
        for queue in queues { answers[queue] = Answer.none }
    }

    /// The configuration was reloaded before the start was over: other queues count now.
    package mutating func retarget(_ queues: some Sequence<String>) {
        let known = answers
        answers = [:]
        for queue in queues { answers[queue] = known[queue] ?? Answer.none }
    }

    package mutating func served(_ queue: String) { answers[queue] = .served }

    package mutating func troubled(_ queue: String, _ trouble: StartTrouble) {
        answers[queue] = .troubled(trouble)
    }

    /// - Parameter isOverdue: whether the time that a start may be held up is over.
    package func verdict(isOverdue: Bool) -> Verdict {
        if let failure { return failure }
        return isOverdue || isSettled ? .ready : .wait
    }

    /// Every queue has a lasting trouble: its status is the first queue's by name.
    private var failure: Verdict? {
        var first: (status: ExitStatus, reason: String)?
        for (_, answer) in answers.sorted(by: { $0.key < $1.key }) {
            guard case .troubled(let trouble) = answer, case .lasting(let status) = trouble.nature
            else { return nil }
            first = first ?? (status, trouble.description)
        }
        return first.map { .fail($0.status, reason: $0.reason) }
    }

    /// No queue is left whose answer may still turn out well for waiting a little.
    private var isSettled: Bool {
        answers.values.allSatisfy {
            switch $0 {
            case .none: false
            case .served: true
            case .troubled(let trouble): trouble.nature != .passing
            }
        }
    }
}
