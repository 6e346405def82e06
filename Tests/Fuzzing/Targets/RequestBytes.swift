import Glibc
import NIOCore
import NIOPosix

/// Sends bytes to a server on loopback, on a connection of their own, and returns what comes back
/// until the server ends it.
enum RequestBytes {
    /// - Parameters:
    ///   - cut: where the bytes are sent in two pieces.
    ///   - patience: after which the client resets the connection, for servers that take the end
    ///     of its direction for the end of both. Nil to end that direction, and wait.
    static func exchange(
        _ bytes: [UInt8], cut: Int, port: Int, patience: TimeAmount? = nil
    ) async throws -> [UInt8] {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let result = loop.makePromise(of: [UInt8].self)
        let channel = try await ClientBootstrap(group: loop)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(result))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        let cut = min(cut, bytes.count)
        // Where the server has ended it already, what it said is there all the same.
        try? await channel.writeAndFlush(ByteBuffer(bytes: bytes[..<cut])).get()
        try? await channel.writeAndFlush(ByteBuffer(bytes: bytes[cut...])).get()
        if let patience {
            loop.scheduleTask(in: patience) {
                // Leaves no row in the kernel's table of connections, which such a server reads.
                let reset = linger(l_onoff: 1, l_linger: 0)
                _ = (channel as? any SocketOptionProvider)?.setSoLinger(reset)
                channel.close(promise: nil)
            }
        } else {
            try? await channel.close(mode: .output).get()
        }
        return try await result.futureResult.get()
    }
}

/// Keeps what comes, up to the end.
private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let result: EventLoopPromise<[UInt8]>
    private var bytes: [UInt8] = []

    init(_ result: EventLoopPromise<[UInt8]>) {
        self.result = result
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytes += unwrapInboundIn(data).readableBytesView
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        result.succeed(bytes)
    }
}

extension RequestBytes {
    /// What is wrong with the answers of a server of ours: each has a status that it means.
    static func verdict(of answer: [UInt8]) -> Verdict {
        guard !answer.isEmpty else { return .refused }
        let line = String(decoding: answer.prefix { $0 != 0x0D }, as: UTF8.self)
        let words = line.split(separator: " ")
        guard words.count > 1, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            return .wrong("an answer that is no HTTP: \(line.prefix(80))")
        }
        if status >= 500 { return .wrong("a failure of the server: \(line)") }
        return status < 300 ? .accepted : .refused
    }
}
