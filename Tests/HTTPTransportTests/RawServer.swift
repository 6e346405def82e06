import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// A TCP server on loopback that answers each request with exactly the bytes a test wants, or not.
final class RawServer: Sendable {
    /// What to do when a request has arrived whole.
    enum Reply: Sendable {
        case bytes(String)
        case bytesThenClose(String)
        /// Says it, then ends its half of the connection and waits for the client's.
        case bytesThenHalfClose(String)
        case silence
        /// A head, then the number of bytes of body, in pieces, or as many as the client takes.
        case flood(head: String, bytes: Int)
    }

    /// How it ends connections that it accepted, whatever is sent on them.
    enum HangUp: Sendable {
        case atOnce
        /// When the first bytes have come.
        case withReset
        /// After an answer in two pieces that nobody has asked for yet.
        case withAnswer(String, String)
        /// It does not itself: it answers the first bytes that come, and nothing after them.
        case withEarlyAnswer(String, Reading)

        enum Reading: Sendable { case stops, goesOn }
    }

    enum Event: Sendable, Equatable {
        case connected(Int)
        case request(connection: Int, text: String)
        case closed(Int)
    }

    let port: Int
    private let listener: any Channel
    private let stream: AsyncStream<Event>

    /// - Parameters:
    ///   - socket: listens at this path instead of a port.
    ///   - greeting: said on every connection before anything is asked.
    ///   - hangUp: before anything is answered.
    ///   - reply: for the n-th request of all, counted from 0.
    init(
        tls: NIOSSLContext? = nil, socket: String? = nil, greeting: String = "",
        hangUp: HangUp? = nil, reply: @escaping @Sendable (_ request: Int) -> Reply
    ) async throws {
        let (stream, events) = AsyncStream.makeStream(of: Event.self)
        let connections = Atomic(0)
        let requests = Counter()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: false)
            .childChannelInitializer { channel in
                let number = connections.add(1, ordering: .relaxed).oldValue
                return channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLServerHandler(context: tls))
                    }
                    if let hangUp {
                        try channel.pipeline.syncOperations.addHandler(HangUpHandler(hangUp))
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        RawHandler(number: number, greeting: greeting, events: events) {
                            reply(requests.next())
                        })
                }
            }
        if let socket {
            listener = try await bootstrap.bind(unixDomainSocketPath: socket).get()
        } else {
            listener = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        }
        port = listener.localAddress?.port ?? 0
        self.stream = stream
    }

    var url: String { "http://127.0.0.1:\(port)/" }

    /// Waits until it happens; what happened before it is forgotten.
    @discardableResult
    func event(where matches: (Event) -> Bool) async -> Event? {
        for await event in stream where matches(event) { return event }
        return nil
    }

    func stop() async throws {
        try await listener.close()
    }
}

private final class Counter: Sendable {
    private let value = Atomic(0)

    func next() -> Int { value.add(1, ordering: .relaxed).oldValue }
}

private final class HangUpHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let way: RawServer.HangUp
    private var isAnswered = false

    init(_ way: RawServer.HangUp) {
        self.way = way
    }

    func channelActive(context: ChannelHandlerContext) {
        switch way {
        case .atOnce: context.close(promise: nil)
        case .withReset, .withEarlyAnswer: context.fireChannelActive()
        case .withAnswer(let first, let rest):
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: first)), promise: nil)
            context.eventLoop.assumeIsolated().execute {
                let rest = self.wrapOutboundOut(ByteBuffer(string: rest))
                context.writeAndFlush(rest).assumeIsolated().whenComplete { _ in
                    self.reset(context)
                }
            }
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch way {
        case .withReset: reset(context)
        case .withEarlyAnswer(let answer, let reading) where !isAnswered:
            isAnswered = true
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
            if reading == .stops {
                context.channel.setOption(.autoRead, value: false).cascade(to: nil)
            }
        case .atOnce, .withAnswer, .withEarlyAnswer: break
        }
    }

    private func reset(_ context: ChannelHandlerContext) {
        let reset = linger(l_onoff: 1, l_linger: 0)
        _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(reset)
        context.close(promise: nil)
    }
}

private final class RawHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let number: Int
    private let greeting: String
    private let events: AsyncStream<RawServer.Event>.Continuation
    private let reply: () -> RawServer.Reply
    private var received = ""
    private var floodLeft = 0

    init(
        number: Int, greeting: String, events: AsyncStream<RawServer.Event>.Continuation,
        reply: @escaping () -> RawServer.Reply
    ) {
        self.number = number
        self.greeting = greeting
        self.events = events
        self.reply = reply
    }

    func channelActive(context: ChannelHandlerContext) {
        events.yield(.connected(number))
        if !greeting.isEmpty { write(greeting, context: context) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        events.yield(.closed(number))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        guard let end = received.firstRange(of: "\r\n\r\n") else { return }
        let length =
            received.firstRange(of: "Content-Length: ").flatMap {
                Int(received[$0.upperBound...].prefix { $0.isNumber })
            } ?? 0
        guard received[end.upperBound...].utf8.count >= length else { return }
        events.yield(.request(connection: number, text: received))
        received = ""
        perform(reply(), context: context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { flood(context: context) }
    }

    private func perform(_ reply: RawServer.Reply, context: ChannelHandlerContext) {
        switch reply {
        case .bytes(let text): write(text, context: context)
        case .bytesThenClose(let text):
            write(text, context: context)
            context.close(promise: nil)
        case .bytesThenHalfClose(let text):
            write(text, context: context)
            context.close(mode: .output, promise: nil)
        case .silence: break
        case .flood(let head, let bytes):
            write(head, context: context)
            floodLeft = bytes
            flood(context: context)
        }
    }

    private func write(_ text: String, context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }

    /// Writes no faster than the client reads, so that a test holds little of it in memory.
    private func flood(context: ChannelHandlerContext) {
        while floodLeft > 0, context.channel.isActive, context.channel.isWritable {
            let piece = min(floodLeft, 1 << 16)
            floodLeft -= piece
            let buffer = ByteBuffer(repeating: UInt8(ascii: "x"), count: piece)
            context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
        }
    }
}
