package import SQS

/// What GetQueueAttributes says of a queue, as far as it is counted with or decided by.
package struct QueueFacts: Sendable, Equatable {
    /// The service's names and values, as it writes them.
    package let attributes: [String: String]

    package init(_ attributes: [String: String]) {
        self.attributes = attributes
    }

    package var arn: String? { attributes["QueueArn"] }
    /// The messages that may be received now, approximately.
    package var visible: Int { number("ApproximateNumberOfMessages") }
    /// Those that somebody holds, approximately.
    package var inFlight: Int { number("ApproximateNumberOfMessagesNotVisible") }
    package var delayed: Int { number("ApproximateNumberOfMessagesDelayed") }
    package var total: Int { visible + inFlight + delayed }

    private func number(_ name: String) -> Int { attributes[name].flatMap { Int($0) } ?? 0 }

    /// Where the service moves messages that are received too often.
    package var redrivePolicy: QueueRedrivePolicy? { QueueRedrivePolicy(attributes) }

    /// `3 messages, 1 in flight, 2 delayed`.
    package var counts: String {
        var parts = ["\(visible) message\(visible == 1 ? "" : "s")"]
        if inFlight > 0 { parts.append("\(inFlight) in flight") }
        if delayed > 0 { parts.append("\(delayed) delayed") }
        return parts.joined(separator: ", ")
    }
}

extension String {
    /// The queue's name, of its ARN or URL; a bare name is itself.
    package var queueName: String {
        split { $0 == ":" || $0 == "/" }.last.map(String.init) ?? self
    }
}
