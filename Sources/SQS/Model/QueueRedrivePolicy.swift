import JSON

/// The redrive policy of a queue, as its attributes have it.
package struct QueueRedrivePolicy: Sendable, Equatable {
    /// The ARN of the dead-letter queue.
    package let targetARN: String
    /// How often a message is received before it goes there; nil where that cannot be read.
    package let maximumReceives: Int?

    /// - Parameter attributes: as GetQueueAttributes names them. Nil where there is no policy, or
    ///   none that can be read.
    package init?(_ attributes: [String: String]) {
        guard let text = attributes["RedrivePolicy"], let policy = try? JSONValue(parsing: text),
            let target = policy["deadLetterTargetArn"]?.asText
        else { return nil }
        let count = policy["maxReceiveCount"]
        targetARN = target
        // A number, or one in quotes.
        maximumReceives = count?.asInteger ?? count?.asText.flatMap { Int($0) }
    }
}
