import SubscriberEngine

extension Duration {
    /// For people: `850 µs`, `12 ms`, `3.2 s`, `5 min 20 s`.
    package var readable: String {
        let microseconds = microseconds
        switch microseconds {
        case ..<1_000: return "\(microseconds) µs"
        case ..<1_000_000: return "\(microseconds / 1_000) ms"
        case ..<60_000_000:
            let tenths = microseconds / 100_000
            return tenths.isMultiple(of: 10)
                ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
        default:
            let seconds = microseconds / 1_000_000
            let (minutes, rest) = (seconds / 60, seconds % 60)
            if minutes >= 60 {
                let hours = "\(minutes / 60) h"
                return minutes.isMultiple(of: 60) ? hours : "\(hours) \(minutes % 60) min"
            }
            return rest == 0 ? "\(minutes) min" : "\(minutes) min \(rest) s"
        }
    }

    package var microseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}

extension Int {
    /// `1 handler`, `2 handlers`. For nouns that take an s.
    package func counted(_ noun: String) -> String {
        "\(self) \(noun)\(self == 1 ? "" : "s")"
    }
}

extension LeaseLoss {
    var explanation: String {
        switch self {
        case .refused: "the service refused to extend its visibility timeout"
        case .unanswered: "extending its visibility timeout was not answered in time"
        case .ceiling: "SQS hides a message for 12 hours at most"
        case .heldBack: "it waited for a handler that did not end when told to"
        }
    }
}

extension LostWork {
    var consequence: String {
        switch self {
        case .waiting: "no handler had begun with it, and none does"
        case .cancelled: "its handler is cancelled"
        case .continuing: "its handler goes on"
        case .deadLettering: "it is being sent to the dead-letter queue, and may be once more"
        case .deleting: "it was handled, and is deleted when it comes back"
        case .returning: "it was being made visible again"
        }
    }
}

extension GroupStall {
    var explanation: String {
        switch cause {
        case .failing: "its message \(messageID) fails again and again"
        case .notReturning: "the handler of its message \(messageID) does not return"
        }
    }
}

extension ReleaseCause {
    var explanation: String {
        switch self {
        case .stopping: "the daemon is stopping"
        case .gate: "their handler cannot work at present"
        case .groupFailure: "an earlier message of their group failed and must run first"
        case .surplus: "more were received than asked for"
        }
    }
}

extension Activity {
    /// As the subject of a sentence.
    var words: String {
        switch self {
        case .receive: "receiving"
        case .attributes: "reading the queue's attributes"
        case .delete: "deleting"
        case .visibility: "changing visibility timeouts"
        case .deadLetter: "sending to the dead-letter queue"
        }
    }
}
