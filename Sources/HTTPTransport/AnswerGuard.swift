import NIOCore
import NIOHTTP1

/// An answer came that is none to what was asked.
struct BadAnswer: Error, CustomStringConvertible {
    let description: String
}

/// Lets through only what can be the answer to a request: one head, its body, its end.
///
/// Stands between NIO's decoder, which passes on a status of 099, and async-http-client, which ends
/// the process for a body that follows none of the heads that it counts. A connection that brings
/// anything else is closed.
final class AnswerGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private var order = AnswerOrder()
    private var isRemoved = false

    /// Adds one to a connection that is not used yet.
    static func add(to pipeline: ChannelPipeline.SynchronousOperations) throws {
        let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
        try pipeline.addHandler(AnswerGuard(), position: .after(decoder))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .head = unwrapOutboundIn(data) { order.noteRequest() }
        context.write(data, promise: promise)
    }

    /// Sends what is written, a moment later.
    ///
    /// A connection that ends as it is sent on gives what it has received before that returns. A
    /// request without a body would not know yet that it was sent, and wait for its answer, which
    /// came, until its time is over.
    func flush(context: ChannelHandlerContext) {
        context.eventLoop.assumeIsolated().execute {
            if !self.isRemoved { context.flush() }
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        isRemoved = true
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part: AnswerOrder.Part =
            switch unwrapInboundIn(data) {
            case .head(let head): .head(status: Int(head.status.code))
            case .body: .body
            case .end: .end
            }
        switch order.take(part) {
        case .pass:
            context.fireChannelRead(data)
        case .drop:
            break
        case .refuse(let reason):
            context.fireErrorCaught(BadAnswer(description: reason))
            context.close(promise: nil)
        }
    }
}

/// Which parts of an answer may come next.
struct AnswerOrder {
    enum Part: Equatable {
        case head(status: Int)
        case body
        case end
    }

    enum Verdict: Equatable {
        case pass
        /// It is not for who asked, and no harm.
        case drop
        case refuse(String)
    }

    /// Heads of 1xx before an answer, which say that it takes time. A server that says so every
    /// few seconds for the 12 hours that a request may take comes to about as many; one that sends
    /// nothing else would keep a processor busy until then.
    static let interimLimit = 10_000

    private enum State {
        case idle
        case awaitingHead(interim: Int)
        case inBody
        /// The exchange was refused for good.
        case refused
    }

    private var state = State.idle

    mutating func noteRequest() {
        if case .refused = state { return }
        state = .awaitingHead(interim: 0)
    }

    mutating func take(_ part: Part) -> Verdict {
        switch (state, part) {
        case (.refused, _):
            return .drop
        case (.awaitingHead(let interim), .head(let status)):
            return take(head: status, interim)
        case (.inBody, .body):
            return .pass
        case (.inBody, .end):
            state = .idle
            return .pass
        case (.idle, _), (.awaitingHead, .body), (.awaitingHead, .end), (.inBody, .head):
            return refuse("something was sent that nobody asked for")
        }
    }

    private mutating func take(head status: Int, _ interim: Int) -> Verdict {
        switch status {
        case 200...:
            state = .inBody
            return .pass
        case 101:
            return refuse("it changes the protocol, which nobody asked for")
        case 100..<200 where interim < Self.interimLimit:
            state = .awaitingHead(interim: interim + 1)
            return .pass
        case 100..<200:
            return refuse("it is announced without end, by statuses of 1xx")
        default:
            return refuse("there is no status \(status)")
        }
    }

    private mutating func refuse(_ reason: String) -> Verdict {
        state = .refused
        return .refuse(reason)
    }
}
