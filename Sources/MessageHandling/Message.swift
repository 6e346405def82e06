/// One message as SQS delivered it.
///
/// A value: handling it twice, in two handlers or after a redelivery, sees the same content except
/// for ``receiptHandle`` and the receive count, which belong to this one delivery.
public struct Message: Sendable, Identifiable {
    private struct Parts: Sendable {
        let id: String
        let receiptHandle: String
        let body: String
        let attributes: [String: MessageAttribute]
        let system: SystemAttributes
        let queue: Queue
        let digests: ContentDigests?
    }

    /// One for all copies: a message passes through many hands, and a reference to each of its
    /// parts for each of them would cost more than what is done with it.
    private final class Content: Sendable {
        let parts: Parts

        init(_ parts: Parts) {
            self.parts = parts
        }
    }

    private let content: Content

    /// The id that SQS gave the message when it was sent. The same for every delivery.
    public var id: String { content.parts.id }
    /// The handle of this delivery. Only the daemon deletes and extends with it.
    public var receiptHandle: String { content.parts.receiptHandle }
    /// The body, byte for byte as it was sent, at most 1 MiB of UTF-8; without its envelopes, where
    /// the queue's `unwrap` names some, and then as large as they allow.
    public var body: String { content.parts.body }
    /// The message attributes the sender set, by name. At most ten.
    public var attributes: [String: MessageAttribute] { content.parts.attributes }
    /// What SQS says of the message (`ApproximateReceiveCount`, `SentTimestamp`, …), as it says it.
    /// Source: the `MessageSystemAttributeName` list of the ReceiveMessage API reference.
    public var systemAttributes: [String: String] { system.texts }
    /// What SQS says of the message, for who looks for one attribute.
    package var system: SystemAttributes { content.parts.system }
    /// The queue that the message came from.
    public var queue: Queue { content.parts.queue }
    /// The digests of body and attributes, where SQS sent them; nil where they are to be computed.
    package var digests: ContentDigests? { content.parts.digests }

    public init(
        id: String, receiptHandle: String, body: String,
        attributes: [String: MessageAttribute] = [:], systemAttributes: [String: String] = [:],
        queue: Queue
    ) {
        self.init(
            id: id, receiptHandle: receiptHandle, body: body, attributes: attributes,
            system: SystemAttributes(systemAttributes), queue: queue)
    }

    package init(
        id: String, receiptHandle: String, body: String, attributes: [String: MessageAttribute],
        system: SystemAttributes, queue: Queue, digests: ContentDigests? = nil
    ) {
        content = Content(
            Parts(
                id: id, receiptHandle: receiptHandle, body: body, attributes: attributes,
                system: system, queue: queue, digests: digests))
    }
}

extension Message: Equatable {
    /// Whether the digests are known makes no difference: they say nothing that the content does
    /// not.
    public static func == (left: Message, right: Message) -> Bool {
        left.id == right.id && left.receiptHandle == right.receiptHandle
            && left.body == right.body && left.attributes == right.attributes
            && left.system == right.system && left.queue == right.queue
    }
}

extension Message {
    /// How often the message was received, this time included. 1 where SQS did not say.
    /// Approximate, as the service's own count is.
    public var receiveCount: Int {
        system["ApproximateReceiveCount"].flatMap { Int($0) } ?? 1
    }

    /// When the message was sent: milliseconds since 1970-01-01 UTC.
    public var sentTimestamp: Int64? { milliseconds("SentTimestamp") }

    /// When the message was first received: milliseconds since 1970-01-01 UTC.
    public var firstReceiveTimestamp: Int64? { milliseconds("ApproximateFirstReceiveTimestamp") }

    /// The message group: what is kept in order in a FIFO queue, or shared fairly in a standard
    /// one.
    public var messageGroupID: String? { system["MessageGroupId"] }

    /// The X-Ray trace header, where the sender set one.
    public var traceHeader: String? { system["AWSTraceHeader"] }

    private func milliseconds(_ name: String) -> Int64? {
        system[name].flatMap { Int64($0) }
    }
}

/// A queue, by the names that people and services use for it.
public struct Queue: Sendable, Hashable {
    /// The last path component of the URL, for example `orders` or `orders.fifo`.
    public let name: String
    /// The URL that every request names.
    public let url: String
    /// The Amazon Resource Name, where it is known.
    public let arn: String?

    public init(name: String, url: String, arn: String? = nil) {
        self.name = name
        self.url = url
        self.arn = arn
    }

    /// Whether the queue is a FIFO queue. SQS requires the suffix `.fifo` of those, and of no
    /// other.
    public var isFIFO: Bool { name.hasSuffix(".fifo") }
}
