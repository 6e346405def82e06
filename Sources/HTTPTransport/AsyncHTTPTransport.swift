import AsyncHTTPClient
package import HTTP
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Sends requests over pooled HTTP/1.1 connections, with async-http-client.
///
/// Certificates are verified always. Redirects are not followed, bodies not decompressed, and no
/// request is ever repeated: a connection that the server closed while it was idle leaves the pool
/// unseen, but one that is closed as a request goes out on it is ``TransportError/Kind/stale``, or
/// ``TransportError/Kind/closed`` where it is new, for the server may have read the request.
package final class AsyncHTTPTransport: Transport {
    package struct Options: Sendable {
        /// Threads of the event loop. One carries some ten thousand requests per second.
        var threads = 1
        /// More requests than this at once to one host wait for a connection, for
        /// ``connectTimeout`` at most. The callers bound themselves, by their pollers and batches;
        /// this is the fence behind them, half of the 1,024 descriptors that systemd gives a
        /// service.
        package var connectionsPerHost = 512
        /// Time for name lookup, connecting and the TLS handshake: two repetitions of a lost SYN.
        package var connectTimeout: Duration = .seconds(5)
        /// How long an unused connection is kept: less than the 60 s after which load balancers
        /// commonly close theirs.
        package var idleTimeout: Duration = .seconds(30)
        /// How long nothing may arrive on a connection that an answer is awaited on. `nil`: as long
        /// as the request's own timeout.
        package var inactivityTimeout: Duration?
        /// Largest body of an answer, in bytes. A receive is the largest that is legitimate: ten
        /// messages of 1 MiB, of which JSON escapes can make three times as much, and some
        /// metadata.
        package var answerLimit = 32 << 20
        /// Whether the bodies of answers are kept. If not, there is their beginning, up to
        /// ``startLimit``, and ``answerLimit`` does not matter.
        package var keepsBodies = true
        /// How much of a body is kept where bodies are not, in bytes.
        package var startLimit = 0
        /// A PEM file of the certificate authorities to trust instead of the system's.
        package var certificateAuthorities: String?
        /// What to show to servers that ask for a certificate.
        package var identity: ClientIdentity?

        package init() {}
    }

    let options: Options
    let threads: MultiThreadedEventLoopGroup
    private let ownsThreads: Bool
    private let client: HTTPClient
    let gate = RequestGate()
    private let kept = KeptConnections()
    private let trust = TrustGeneration()

    /// Opens no connection yet. End it with ``shutdown()``.
    ///
    /// - Parameter thread: what carries the connections; nil for threads of its own.
    package init(_ options: Options = Options(), on thread: NetworkThread? = nil) {
        self.options = options
        ownsThreads = thread == nil
        threads =
            thread?.group
            ?? MultiThreadedEventLoopGroup(numberOfThreads: max(1, options.threads))
        client = HTTPClient(
            eventLoopGroup: threads, configuration: HTTPClient.Configuration(options, kept))
    }

    package func send(
        _ request: HTTP.HTTPRequest, timeout: Duration
    ) async throws(TransportError) -> HTTP.HTTPResponse {
        let authority = Authority(of: request.url)
        let host = authority.description
        if Task.isCancelled {
            throw TransportError(.cancelled, "\(host): the request was cancelled")
        }
        // It would end the process, in async-http-client.
        guard authority.hasPort ?? true else {
            throw TransportError(.invalidURL, "\(host): there is no such port")
        }
        guard gate.enter() else {
            throw TransportError(.cancelled, "\(host): the HTTP client is shut down")
        }
        defer { gate.leave() }
        let answerLimit = request.answerLimit ?? options.answerLimit
        let generation = trust.current
        do {
            let request = try HTTPClient.Request(
                request, trust.configuration(of: generation, options))
            let deadline = NIODeadline.now() + TimeAmount(timeout)
            guard options.keepsBodies else {
                let answer = try await start(of: request, deadline)
                return HTTP.HTTPResponse(
                    status: answer.head.status, headers: answer.head.headers, body: answer.start)
            }
            let accumulator = ResponseAccumulator(
                request: request, maxBodySize: answerLimit)
            let answer = try await result(
                of: client.execute(request: request, delegate: accumulator, deadline: deadline))
            return HTTP.HTTPResponse(
                status: answer.status, headers: answer.headers, body: answer.body)
        } catch {
            var limits = options
            limits.answerLimit = answerLimit
            let failure = TransportError(error, host: host, timeout: timeout, limits: limits)
            if failure.kind == .tls { trust.renew(generation) }
            throw failure
        }
    }

    private func start(
        of request: HTTPClient.Request, _ deadline: NIODeadline
    ) async throws -> HeadKeeper.Answer {
        let keeper = HeadKeeper(startLimit: options.startLimit)
        let endedBefore = kept.ended
        do {
            return try await result(
                of: client.execute(request: request, delegate: keeper, deadline: deadline))
        } catch  where !keeper.hasSent && Self.isEnd(error) {
            // Perhaps a kept connection was chosen as its end came, which the thread may have yet
            // to tell.
            try? await threads.next().submit {}.get()
            throw kept.ended == endedBefore ? error : StaleConnection()
        }
    }

    private static func isEnd(_ error: any Error) -> Bool {
        error as? HTTPClientError == .remoteConnectionClosed
            || error as? ChannelError == .ioOnClosedChannel
    }

    private func result<Response: Sendable>(
        of exchange: HTTPClient.Task<Response>
    ) async throws -> Response {
        try await withTaskCancellationHandler {
            try await exchange.get()
        } onCancel: {
            exchange.cancel()
        }
    }

    /// Closes every connection, cutting what is under way, and ends threads of its own. Requests
    /// made after it fail as cancelled. Needed once, before the last reference goes; more do
    /// nothing.
    package func shutdown() async {
        guard gate.close() else { return }
        // Both fail only where there is nothing left to end.
        try? await client.shutdown()
        await gate.untilEmpty()
        if ownsThreads { try? await threads.shutdownGracefully() }
    }
}

extension HTTPClient.Configuration {
    fileprivate init(_ options: AsyncHTTPTransport.Options, _ kept: KeptConnections) {
        self.init(
            tlsConfiguration: TLSConfiguration(options),
            redirectConfiguration: .disallow,
            timeout: Timeout(
                connect: TimeAmount(options.connectTimeout),
                read: options.inactivityTimeout.map { TimeAmount($0) }),
            connectionPool: ConnectionPool(
                idleTimeout: TimeAmount(options.idleTimeout),
                concurrentHTTP1ConnectionsPerHostSoftLimit: max(1, options.connectionsPerHost)),
            decompression: .disabled)
        // HTTP/1.1 is what SQS speaks, and what a cut connection costs one request of.
        httpVersion = .http1Only
        // A refused connection is for the caller to know at once: it has its own backoff.
        connectionPool.retryConnectionEstablishment = false
        http1_1ConnectionDebugInitializer = { channel in
            // What it fails with is a connection that has ended already.
            channel.eventLoop.submit {
                let pipeline = channel.pipeline.syncOperations
                try AnswerGuard.add(to: pipeline)
                try ReuseWatch.add(to: pipeline, kept)
            }
        }
    }
}

extension HTTPClient.Request {
    /// - Parameter tls: nil for that of the client.
    fileprivate init(_ request: HTTP.HTTPRequest, _ tls: TLSConfiguration?) throws {
        var headers = NIOHTTP1.HTTPHeaders()
        headers.reserveCapacity(request.headers.fields.count)
        for field in request.headers.fields { headers.add(name: field.name, value: field.value) }
        try self.init(
            url: request.url, method: HTTPMethod(rawValue: request.method), headers: headers,
            body: request.body.isEmpty ? nil : .byteBuffer(ByteBuffer(bytes: request.body)),
            tlsConfiguration: tls)
    }
}

extension HTTP.HTTPResponse {
    fileprivate init(
        status: HTTPResponseStatus, headers: NIOHTTP1.HTTPHeaders, body: ByteBuffer?
    ) {
        var fields = HTTP.HTTPHeaders()
        for (name, value) in headers { fields.add(name, value) }
        self.init(
            status: Int(status.code), headers: fields, body: body.map { Array(buffer: $0) } ?? [])
    }
}
