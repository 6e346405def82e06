import MessageHandling
import SQS
import Synchronization

/// A queue with one message, which remembers what was done with it.
final class QueueSpy: QueueService {
    static let queue = Queue(name: "orders", url: "http://localhost/orders")
    static let deadLetterQueueURL = "http://localhost/orders-dead"

    /// The message of this queue, with this content.
    static func message(
        _ body: String, attributes: [String: MessageAttribute] = [:]
    ) -> Message {
        Message(
            id: "m-1", receiptHandle: "r", body: body, attributes: attributes,
            systemAttributes: ["ApproximateReceiveCount": "1", "SentTimestamp": "1700000000123"],
            queue: queue)
    }

    private struct State {
        var message: Message?
        var fate: [Fate] = []
        var poller: CheckedContinuation<Void, Never>?
    }

    private let state: Mutex<State>

    init(_ message: Message) {
        state = Mutex(State(message: message))
    }

    /// What was asked of the queue about the message, in order.
    var fate: [Fate] { state.withLock { $0.fate } }

    func receive(_ request: ReceiveRequest) async throws(SQSError) -> [Message] {
        if let message = state.withLock({ $0.message.take() }) { return [message] }
        await withTaskCancellationHandler {
            await withCheckedContinuation { poller in
                state.withLock { $0.poller = poller }
                if Task.isCancelled { release() }
            }
        } onCancel: {
            release()
        }
        throw SQSError(.cancelled, code: "Cancelled", "the receive was cut")
    }

    private func release() {
        state.withLock { $0.poller.take() }?.resume()
    }

    func delete(
        _ entries: [DeleteEntry], from queueURL: String
    ) async throws(SQSError) -> BatchResult<Void> {
        record(.deleted)
        return BatchResult(
            successful: Dictionary(uniqueKeysWithValues: entries.map { ($0.id, ()) }))
    }

    func changeVisibility(
        _ entries: [VisibilityEntry], in queueURL: String
    ) async throws(SQSError) -> BatchResult<Void> {
        for entry in entries { record(.visible(after: entry.timeout)) }
        return BatchResult(
            successful: Dictionary(uniqueKeysWithValues: entries.map { ($0.id, ()) }))
    }

    func send(
        _ entries: [SendEntry], to queueURL: String
    ) async throws(SQSError) -> BatchResult<SentMessage> {
        if queueURL == Self.deadLetterQueueURL { record(.deadLettered) }
        return BatchResult(
            successful: Dictionary(
                uniqueKeysWithValues: entries.map { ($0.id, SentMessage(id: $0.id)) }))
    }

    func attributes(
        _ names: [String], of queueURL: String
    ) async throws(SQSError) -> [String: String] {
        // Longer than any row takes: no renewal is among what is remembered.
        ["VisibilityTimeout": "3600"]
    }

    private func record(_ fate: Fate) {
        state.withLock { $0.fate.append(fate) }
    }

    // MARK: What a driver has no business with

    func queueURL(
        named name: String, ownerAccountID: String?
    ) async throws(SQSError) -> String { throw Self.unused }

    private static let unused = SQSError(
        .malformed, code: "Unused", "a driver has no business with this operation")
}
