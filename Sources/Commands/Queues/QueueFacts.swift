import JSON

/// What GetQueueAttributes says of a queue, as far as it is counted with or decided by.
package struct QueueFacts: Sendable, Equatable {
    /// As the service names and writes them.
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
    package struct RedrivePolicy: Sendable, Equatable {
        package let targetARN: String
        package let maximumReceives: Int?
    }

    package var redrivePolicy: RedrivePolicy? {
        guard let text = attributes["RedrivePolicy"], let json = try? JSONValue(parsing: text),
            let target = json["deadLetterTargetArn"]?.asText
        else { return nil }
        // Some write the number as a text.
        let maximum = json["maxReceiveCount"]
        return RedrivePolicy(
            targetARN: target,
            maximumReceives: maximum?.asInteger ?? maximum?.asText.flatMap { Int($0) })
    }

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
