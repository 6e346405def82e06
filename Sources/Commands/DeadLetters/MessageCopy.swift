package import MessageHandling
package import SQS

/// A message once more, for another queue: body, attributes, trace header and group as they are.
package enum MessageCopy {
    /// A dead letter for the queue that it goes to.
    ///
    /// The deduplication id is made of the message's id in the dead-letter queue. When a killed
    /// redrive is repeated within five minutes, the target drops what it has already; a message
    /// that fails again has another id then, and is taken.
    package static func redriven(
        _ message: Message, id: String, to target: Queue
    ) -> SendEntry {
        entry(message, id: id, to: target, deduplicationID: "redrive-\(message.id)")
    }

    /// A message of a file.
    ///
    /// - Parameters:
    ///   - line: its number in the file, which is its id in the batch too.
    ///   - digest: of the file up to this line. A FIFO queue never takes it for one of another
    ///     file.
    ///   - run: the import's name for itself: one that goes on after a kill has the same, so that a
    ///     FIFO queue drops what it has already, and another one of the same file has another.
    package static func imported(
        _ message: Message, line: Int, digest: String, run: String, to target: Queue
    ) -> SendEntry {
        entry(message, id: "m\(line)", to: target, deduplicationID: "import-\(run)-\(digest)")
    }

    private static func entry(
        _ message: Message, id: String, to target: Queue, deduplicationID: String
    ) -> SendEntry {
        // A group of a FIFO queue means something else in a standard one, and not all servers take
        // it there.
        let isOrdered = message.queue.isFIFO || message.system["SequenceNumber"] != nil
        let group = message.messageGroupID
        return SendEntry(
            id: id, body: message.body, attributes: message.attributes,
            groupID: target.isFIFO ? group ?? message.id : isOrdered ? nil : group,
            deduplicationID: target.isFIFO ? deduplicationID : nil,
            traceHeader: message.traceHeader)
    }
}
