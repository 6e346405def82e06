import HTTP
import NIOCore
import Synchronization

/// What a caller asked for, which it may give up from any thread.
final class Ticket: Sendable {
    let request: HTTPRequest
    let timeout: Duration
    let start = NIODeadline.now()
    let deadline: NIODeadline
    private let cancelled = Atomic(false)

    /// The time runs from now.
    init(_ request: HTTPRequest, timeout: Duration) {
        self.request = request
        self.timeout = timeout
        deadline = start + TimeAmount(timeout)
    }

    /// Whether the caller has given up, perhaps before the request began.
    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func cancel() { cancelled.store(true, ordering: .releasing) }
}

/// A request that is under way, and who waits for its answer.
struct Exchange {
    typealias Outcome = Result<HTTPResponse, TransportError>

    let ticket: Ticket
    /// What errors call where it goes.
    let name: String
    /// The request as it goes out; empty when it has gone.
    var bytes: ByteBuffer
    /// Whether it asks for the connection's end.
    let closesConnection: Bool
    let continuation: UnsafeContinuation<Outcome, Never>

    func end(_ outcome: Outcome) { continuation.resume(returning: outcome) }
}
