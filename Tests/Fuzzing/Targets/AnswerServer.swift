import NIOCore
import NIOPosix
import Synchronization

/// A server on loopback that answers every request with the bytes of the moment, whatever was
/// asked, and then ends the connection.
final class AnswerServer: Sendable {
    struct Script: Sendable {
        enum Ending: Int, Sendable, CaseIterable {
            case close, halfClose, reset
        }

        var answer: [UInt8] = []
        /// Where the answer is sent in two pieces.
        var cut = 0
        var ending = Ending.close
        /// Before anything was asked.
        var isHasty = false
    }

    let port: Int
    private let script: Mutex<Script>

    var url: String { "http://127.0.0.1:\(port)" }

    private init(port: Int, script: consuming Mutex<Script>) {
        self.port = port
        self.script = script
    }

    func play(_ script: Script) {
        self.script.withLock { $0 = script }
    }

    static func start() async throws -> AnswerServer {
        let box = Box()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1_024)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let script = box.server.withLock { $0?.script.withLock { $0 } } ?? Script()
                    try channel.pipeline.syncOperations.addHandler(Answerer(script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = AnswerServer(port: listener.localAddress?.port ?? 0, script: Mutex(Script()))
        box.server.withLock { $0 = server }
        return server
    }

    /// The server, for connections that come when there is one.
    private final class Box: Sendable {
        let server = Mutex<AnswerServer?>(nil)
    }
}

/// One connection of it.
private final class Answerer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let script: AnswerServer.Script
    private var asked = ByteBuffer()
    private var isAnswered = false

    init(_ script: AnswerServer.Script) {
        self.script = script
    }

    func channelActive(context: ChannelHandlerContext) {
        if script.isHasty { answer(context) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        asked.writeBuffer(&bytes)
        let end = Array("\r\n\r\n".utf8)
        if asked.readableBytesView.firstRange(of: end) != nil { answer(context) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ context: ChannelHandlerContext) {
        guard !isAnswered else { return }
        isAnswered = true
        let cut = min(script.cut, script.answer.count)
        context.writeAndFlush(
            wrapOutboundOut(ByteBuffer(bytes: script.answer[..<cut])), promise: nil)
        let rest = ByteBuffer(bytes: script.answer[cut...])
        context.eventLoop.assumeIsolated().execute {
            context.writeAndFlush(self.wrapOutboundOut(rest)).assumeIsolated().whenComplete { _ in
                self.end(context)
            }
        }
    }

    private func end(_ context: ChannelHandlerContext) {
        switch script.ending {
        case .close: context.close(promise: nil)
        case .halfClose: context.close(mode: .output, promise: nil)
        case .reset:
            let reset = linger(l_onoff: 1, l_linger: 0)
            _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(reset)
            context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}
