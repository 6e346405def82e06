import MessageHandling
import SQS
import Synchronization

/// A queue of one message that exists in this process alone: it gives the message out once, and
/// takes whatever is asked of it.
final class LoneMessageQueue: QueueService {
    private struct State {
        var message: Message?
        var sent: SendEntry?
    }

    private let state: Mutex<State>
    private let attributes: [String: String]

    /// - Parameter attributes: what the queue answers of itself, as SQS names it.
    init(_ message: Message, attributes: [String: String]) {
        state = Mutex(State(message: message))
        self.attributes = attributes
    }

    /// What was sent to the dead-letter queue, where something was.
    var sent: SendEntry? { state.withLock { $0.sent } }

    func queueURL(
        named name: String, ownerAccountID: String?
    ) async throws(SQSError) -> String { name }

    func attributes(
        _ names: [String], of queueURL: String
    ) async throws(SQSError) -> [String: String] { attributes }

    func receive(_ request: ReceiveRequest) async throws(SQSError) -> [Message] {
        let message = state.withLock { $0.message.take() }
        if let message { return [message] }
        do {
            try await Task.sleep(for: request.waitTime)
            return []
        } catch {
            throw SQSError(.cancelled, code: "cancelled", "The receive was cut.")
        }
    }

    func delete(
        _ entries: [DeleteEntry], from queueURL: String
    ) async throws(SQSError) -> BatchResult<Void> {
        Self.successes(entries.map { ($0.id, ()) })
    }

    func changeVisibility(
        _ entries: [VisibilityEntry], in queueURL: String
    ) async throws(SQSError) -> BatchResult<Void> {
        Self.successes(entries.map { ($0.id, ()) })
    }

    func send(
        _ entries: [SendEntry], to queueURL: String
    ) async throws(SQSError) -> BatchResult<SentMessage> {
        state.withLock { $0.sent = entries.last }
        return Self.successes(entries.map { ($0.id, SentMessage(id: "not sent")) })
    }

    private static func successes<Success>(
        _ answers: [(String, Success)]
    ) -> BatchResult<Success> {
        BatchResult(successful: Dictionary(answers) { first, _ in first })
    }
}
