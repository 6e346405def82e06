package import SQS

/// Whether and how the service is to move the messages by itself.
package enum MoveTaskPlan: Equatable {
    case start
    /// One is running already, and does what is wanted.
    case follow
    /// One is running that does something else.
    case refuse(String)

    /// - Parameters:
    ///   - tasks: the queue's, the newest first.
    ///   - destinationARN: where all are to go; nil for back to where each came from.
    package init(tasks: [MoveTask], destinationARN: String?) {
        guard let active = tasks.first(where: \.isActive) else {
            self = .start
            return
        }
        if active.destinationARN == destinationARN {
            self = .follow
        } else {
            let target = active.destinationARN.map { "to \($0.queueName)" } ?? "back"
            self = .refuse(
                "the service is moving this queue's messages \(target) already; wait for its end")
        }
    }

    /// Whether messages are to be copied instead: the server does not have the operation, or does
    /// not do it for this queue or caller. Trouble that passes is no reason.
    package static func copies(after error: SQSError) -> Bool {
        if error.isUnknownOperation { return true }
        switch error.kind {
        case .malformed, .denied, .missing: return true
        case .throttled, .transient, .credentials, .clockSkew, .leaseLost, .overLimit, .cancelled:
            return false
        }
    }
}

extension MoveTask {
    package var isActive: Bool {
        switch status {
        case .running, .cancelling: true
        case .completed, .cancelled, .failed, nil: false
        }
    }
}

extension [MoveTask] {
    /// The task that is followed, of those that are listed now: the one that runs, or the one that
    /// had not ended before. Nil where it is not listed yet.
    ///
    /// The service names no task that has ended, but says when each was started.
    ///
    /// - Parameter before: those that were listed before it was started or found.
    package func followed(before: [MoveTask]) -> MoveTask? {
        let ended = before.filter { !$0.isActive }.map(\.started)
        return first { $0.isActive || !ended.contains($0.started) }
    }
}
