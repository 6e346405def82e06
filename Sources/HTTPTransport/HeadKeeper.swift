import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Takes an answer's status and headers, and lets its body pass, however long it is.
final class HeadKeeper: HTTPClientResponseDelegate {
    private let head = Mutex<HTTPResponseHead?>(nil)
    private let sent = Atomic(false)

    /// Whether any of the request went out.
    var hasSent: Bool { sent.load(ordering: .relaxed) }

    /// The connection ended without an answer.
    struct NoHead: Error {}

    func didSendRequestHead(task: HTTPClient.Task<HTTPResponseHead>, _ head: HTTPRequestHead) {
        sent.store(true, ordering: .relaxed)
    }

    func didReceiveHead(
        task: HTTPClient.Task<HTTPResponseHead>, _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        self.head.withLock { $0 = head }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<HTTPResponseHead>) throws -> HTTPResponseHead {
        guard let head = head.withLock({ $0 }) else { throw NoHead() }
        return head
    }
}
