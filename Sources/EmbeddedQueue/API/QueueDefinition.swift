import SQS

/// A queue that is to exist: its name, and what `CreateQueue` would be told of it.
///
/// Written as `orders`, or `orders:VisibilityTimeout=5,dlq=orders-dead/3`: attributes as the
/// service names them, and `dlq` for the dead-letter queue, which is created with it, and after how
/// many receives a message goes there.
package struct QueueDefinition: Sendable, Equatable {
    struct DeadLetters: Sendable, Equatable {
        let queue: String
        let maxReceiveCount: Int
    }

    /// The receives before a message is dead where the definition does not say.
    static let standardReceiveCount = 3

    /// The definition as it was written.
    let text: String
    let name: String
    let attributes: [String: String]
    let deadLetters: DeadLetters?

    /// - Parameter attributes: as the service names them, and `dlq`.
    /// - Throws: ``StoreError`` where `dlq` cannot be read; attributes are looked at when the queue
    ///   is created.
    package init(name: String, attributes: [String: String]) throws(StoreError) {
        try self.init(name: name, attributes: attributes, text: name)
    }

    private init(
        name: String, attributes: [String: String], text: String
    ) throws(StoreError) {
        self.text = text
        self.name = name
        var attributes = attributes
        deadLetters = try attributes.removeValue(forKey: "dlq").map(Self.deadLetters)
        self.attributes = attributes
    }

    /// A queue as the command line has it.
    package init(_ text: String) throws(StoreError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var attributes: [String: String] = [:]
        for item in parts.dropFirst().first?.split(separator: ",") ?? [] {
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else {
                throw StoreError(
                    .invalidAttributeValue,
                    "\(item) has no value: write NAME=VALUE, as in VisibilityTimeout=5.")
            }
            attributes[String(pair[0])] = String(pair[1])
        }
        try self.init(name: String(parts[0]), attributes: attributes, text: text)
    }

    private static func deadLetters(_ text: String) throws(StoreError) -> DeadLetters {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let count = parts.count == 1 ? standardReceiveCount : Int(parts[1]) else {
            throw StoreError(
                .invalidAttributeValue,
                "\(text) is no dead-letter queue: write NAME/RECEIVES, as in orders-dead/3.")
        }
        return DeadLetters(queue: String(parts[0]), maxReceiveCount: count)
    }

    /// The requests that make it so, in their order.
    func requests(_ arn: (String) -> String) throws(StoreError) -> [StoreRequest] {
        var requests: [StoreRequest] = []
        var settings = try QueueAttributes.settings(attributes)
        let kind: [QueueSetting] = MessageQueue.isFIFO(name) ? [.fifo(true)] : []
        settings += kind.filter { !settings.contains($0) }
        if let deadLetters {
            requests.append(.createQueue(name: deadLetters.queue, settings: kind))
            settings.append(
                .redrive(
                    RedrivePolicy(
                        deadLetterTargetARN: arn(deadLetters.queue),
                        maxReceiveCount: deadLetters.maxReceiveCount)))
        }
        requests.append(.createQueue(name: name, settings: settings))
        return requests
    }
}
