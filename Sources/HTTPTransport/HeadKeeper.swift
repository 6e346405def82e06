import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Takes an answer's status, headers and the beginning of its body, and lets the rest pass, however
/// long it is.
final class HeadKeeper: HTTPClientResponseDelegate {
    struct Answer {
        let head: HTTPResponseHead
        let start: ByteBuffer
    }

    private struct State {
        var head: HTTPResponseHead?
        var start = ByteBuffer()
    }

    private let startLimit: Int
    private let state = Mutex(State())
    private let sent = Atomic(false)

    /// - Parameter startLimit: how much of the body is kept, in bytes.
    init(startLimit: Int) {
        self.startLimit = startLimit
    }

    /// Whether any of the request went out.
    var hasSent: Bool { sent.load(ordering: .relaxed) }

    /// The connection ended without an answer.
    struct NoHead: Error {}

    func didSendRequestHead(task: HTTPClient.Task<Answer>, _ head: HTTPRequestHead) {
        sent.store(true, ordering: .relaxed)
    }

    func didReceiveHead(
        task: HTTPClient.Task<Answer>, _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        state.withLock { $0.head = head }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(
        task: HTTPClient.Task<Answer>, _ part: ByteBuffer
    ) -> EventLoopFuture<Void> {
        state.withLock { state in
            let room = startLimit - state.start.readableBytes
            if room > 0 { state.start.writeBytes(part.readableBytesView.prefix(room)) }
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<Answer>) throws -> Answer {
        let (head, start) = state.withLock { ($0.head, $0.start) }
        guard let head else { throw NoHead() }
        return Answer(head: head, start: start)
    }
}
