import NIOCore
import NIOSSL
import Synchronization

/// A connection that had served a request before ended before any of the next answer came.
struct StaleConnection: Error {}

/// A connection that was made has failed: the request may have been carried out, whatever the
/// system's error says.
struct CutConnection: Error {}

/// How many connections of one client have ended that had brought an answer.
final class KeptConnections: Sendable {
    private let count = Atomic(0)

    var ended: Int { count.load(ordering: .acquiring) }

    func noteEnd() {
        count.add(1, ordering: .releasing)
    }
}

/// Tells a connection that ends as it is used again from one that never worked, and one that was
/// made from one that could not be, which async-http-client does not: stands below HTTP, counts
/// requests, and puts ``StaleConnection`` or ``CutConnection`` in the place of what the end would
/// be.
///
/// A request is what is written after something was read, as there is one at a time.
final class ReuseWatch: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private let kept: KeptConnections
    private var requests = 0
    private var isAnswered = true

    private init(_ kept: KeptConnections) {
        self.kept = kept
    }

    private var isStale: Bool { requests > 1 && !isAnswered }

    /// Adds one to a connection that is not used yet, above its TLS: what TLS itself exchanges is
    /// no answer.
    static func add(
        to pipeline: ChannelPipeline.SynchronousOperations, _ kept: KeptConnections
    ) throws {
        if let tls = try? pipeline.handler(type: NIOSSLClientHandler.self) {
            try pipeline.addHandler(ReuseWatch(kept), position: .after(tls))
        } else {
            try pipeline.addHandler(ReuseWatch(kept), position: .first)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if isAnswered {
            requests += 1
            isAnswered = false
        }
        guard let promise else { return context.write(data, promise: nil) }
        // A request that cannot be written fails by this, before anything else says why.
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { result in
            switch result {
            case .success: promise.succeed()
            case .failure(let error): promise.fail(self.name(error))
            }
        }
        context.write(data, promise: written)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isAnswered = true
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.fireErrorCaught(name(error))
    }

    private func name(_ error: any Error) -> any Error {
        if isStale { return StaleConnection() }
        return error is IOError ? CutConnection() : error
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isStale { context.fireErrorCaught(StaleConnection()) }
        if isStale || requests > 0 && isAnswered { kept.noteEnd() }
        context.fireChannelInactive()
    }
}
