import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A proxy on loopback that knows CONNECT, and connects to one server whatever it is asked for.
final class ConnectProxy: Sendable {
    private let listener: any Channel
    private let heads: Heads

    var port: Int { listener.localAddress?.port ?? 0 }

    /// The heads of the requests that came, in order.
    var requests: [String] { heads.all.withLock { $0 } }

    fileprivate final class Heads: Sendable {
        let all = Mutex<[String]>([])
    }

    /// - Parameters:
    ///   - server: the port on loopback that it connects to.
    ///   - certificate: a file beside which its `key.pem` lies, where it is spoken to over TLS.
    init(server: Int, certificate: String?) async throws {
        let heads = Heads()
        let tls = try certificate.map { file in
            let key = String(file.dropLast("certificate.pem".count)) + "key.pem"
            return try NIOSSLContext(
                configuration: .makeServerConfiguration(
                    certificateChain: NIOSSLCertificate.fromPEMFile(file).map { .certificate($0) },
                    privateKey: .privateKey(NIOSSLPrivateKey(file: key, format: .pem))))
        }
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    try pipeline.addHandler(Ear(server: server, heads))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        self.heads = heads
    }

    func stop() async throws {
        try await listener.close()
    }
}

/// The client's side of one connection.
private final class Ear: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let server: Int
    private let heads: ConnectProxy.Heads
    private var received = ""
    private var other: (any Channel)?

    init(server: Int, _ heads: ConnectProxy.Heads) {
        self.server = server
        self.heads = heads
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let other { return other.writeAndFlush(unwrapInboundIn(data), promise: nil) }
        received += String(buffer: unwrapInboundIn(data))
        guard received.hasSuffix("\r\n\r\n") else { return }
        heads.all.withLock { [received] in $0.append(received) }
        let client = context.channel
        ClientBootstrap(group: context.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Mouth(client))
                }
            }
            .connect(host: "127.0.0.1", port: server).assumeIsolated().whenSuccess { channel in
                self.other = channel
                let answer = ByteBuffer(string: "HTTP/1.1 200 Connection established\r\n\r\n")
                context.writeAndFlush(self.wrapOutboundOut(answer), promise: nil)
            }
    }

    func channelInactive(context: ChannelHandlerContext) {
        other?.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

/// The server's side of one connection.
private final class Mouth: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let client: any Channel

    init(_ client: any Channel) {
        self.client = client
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        client.writeAndFlush(unwrapInboundIn(data), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        client.close(promise: nil)
    }
}
