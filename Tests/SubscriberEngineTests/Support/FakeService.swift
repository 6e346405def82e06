import MessageHandling
import SQS
import TestKit

/// A queue in memory behind the protocol that the driver speaks: enough of SQS to see a driver at
/// work. A receive that finds nothing waits until a message comes or it is cancelled.
actor FakeService: QueueService {
    enum Call: Sendable, Equatable {
        case receive(ReceiveRequest)
        case delete([String])
        case change([String: Duration])
        case send([SendEntry])
        case attributes
    }

    nonisolated let calls = Recorder<Call>()
    private var messages: [Message] = []
    private var poller: CheckedContinuation<Void, Never>?
    private var failures: [SQSError] = []

    nonisolated var deleted: [String] {
        calls.items.flatMap { call -> [String] in
            if case .delete(let handles) = call { handles } else { [] }
        }
    }

    nonisolated func waitForDeletes(_ count: Int) async {
        await calls.wait { calls in
            calls.reduce(0) { if case .delete(let some) = $1 { $0 + some.count } else { $0 } }
                >= count
        }
    }

    func publish(_ bodies: String...) {
        for body in bodies {
            messages.append(
                Message(
                    id: "id-\(body)", receiptHandle: "handle-\(body)", body: body,
                    systemAttributes: ["ApproximateReceiveCount": "3", "MessageGroupId": "g"],
                    queue: Queue(name: "", url: "")))
        }
        wake()
    }

    /// Its queue is the one that it is received from.
    func publish(_ message: Message) {
        messages.append(message)
        wake()
    }

    /// The next calls other than receives fail.
    func fail(_ errors: SQSError...) {
        failures += errors
    }

    func receive(_ request: ReceiveRequest) async throws(SQSError) -> [Message] {
        calls.record(.receive(request))
        if messages.isEmpty {
            await withTaskCancellationHandler {
                await withCheckedContinuation { poller = $0 }
            } onCancel: {
                Task { await self.wake() }
            }
        }
        if Task.isCancelled, messages.isEmpty {
            throw SQSError(.cancelled, code: "Cancelled", "the receive was cut")
        }
        defer { messages.removeFirst(min(messages.count, request.maximumMessages)) }
        return messages.prefix(request.maximumMessages).map {
            Message(
                id: $0.id, receiptHandle: $0.receiptHandle, body: $0.body,
                attributes: $0.attributes, systemAttributes: $0.systemAttributes,
                queue: request.queue)
        }
    }

    private func wake() {
        poller?.resume()
        poller = nil
    }

    private func failIfTold() throws(SQSError) {
        if !failures.isEmpty { throw failures.removeFirst() }
    }

    func delete(
        _ entries: [DeleteEntry], from queueURL: String
    ) async throws(SQSError) -> BatchResult<Void> {
        try failIfTold()
        calls.record(.delete(entries.map(\.receiptHandle)))
        return BatchResult(
            successful: Dictionary(uniqueKeysWithValues: entries.map { ($0.id, ()) }))
    }

    func changeVisibility(
        _ entries: [VisibilityEntry], in queueURL: String
    ) async throws(SQSError) -> BatchResult<Void> {
        try failIfTold()
        calls.record(
            .change(
                Dictionary(uniqueKeysWithValues: entries.map { ($0.receiptHandle, $0.timeout) })))
        return BatchResult(
            successful: Dictionary(uniqueKeysWithValues: entries.map { ($0.id, ()) }))
    }

    func send(
        _ entries: [SendEntry], to queueURL: String
    ) async throws(SQSError) -> BatchResult<SentMessage> {
        try failIfTold()
        calls.record(.send(entries))
        return BatchResult(
            successful: Dictionary(
                uniqueKeysWithValues: entries.map { ($0.id, SentMessage(id: "new-\($0.id)")) }))
    }

    func attributes(
        _ names: [String], of queueURL: String
    ) async throws(SQSError) -> [String: String] {
        calls.record(.attributes)
        return ["VisibilityTimeout": "30"]
    }

    func queueURL(
        named name: String, ownerAccountID: String?
    ) async throws(SQSError) -> String { throw Self.unused }

    private static let unused = SQSError(
        .malformed, code: "Unused", "a driver has no business with this operation")
}
