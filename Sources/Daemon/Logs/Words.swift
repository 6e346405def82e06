package import Logging
package import SQS
import SubscriberEngine

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
        case .keptLong: "its handler could not start for long, and another host may be well"
        case .slowed: "their handler fails all it gets, and is given less"
        case .early: "their handlers take longer than before, and another host may be sooner"
        case .groupFailure: "an earlier message of their group failed and must run first"
        case .surplus: "more were received than asked for"
        }
    }
}

extension Activity {
    /// The activity as the subject of a sentence.
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

extension CorruptedMessage {
    /// What became of a message that the fields of the line name.
    package var explanation: String {
        let what =
            switch reason {
            case .body: "its body does not match its MD5 digest"
            case .attributes: "its message attributes do not match their MD5 digest"
            case .incomplete: "it came without id, receipt handle or body"
            case .behindAnother: "a damaged message of its group is before it"
            }
        return "not handled, for \(what); back after its visibility timeout"
    }

    package var metadata: Logger.Metadata {
        let queue = queueURL.split(separator: "/").last.map(String.init) ?? queueURL
        var metadata: Logger.Metadata = [
            "event_id": .string(EventID.messageCorrupted.rawValue), "queue": .string(queue),
        ]
        // The answer may have had none.
        if !id.isEmpty { metadata["message_id"] = .string(id) }
        return metadata
    }
}
