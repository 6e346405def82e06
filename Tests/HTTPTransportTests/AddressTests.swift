import Glibc
import HTTP
import HTTPTransport
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// Names with several addresses, of which some lead nowhere.
@Suite(.timeLimit(.minutes(1)))
struct AddressTests {
    private let loop = MultiThreadedEventLoopGroup.singleton.next()

    /// Runs the body with a transport for which every name has the addresses of the moment.
    private func withNames(
        _ names: Names, _ body: (NIOTransport) async throws -> Void
    ) async throws {
        var options = NIOTransport.Options()
        options.resolver = names
        // So long that one address after the other, each for its whole time, would be seen.
        options.connectTimeout = .seconds(300)
        let transport = NIOTransport(options, eventLoop: loop)
        do {
            try await body(transport)
        } catch {
            await transport.shutdown()
            throw error
        }
        await transport.shutdown()
    }

    @Test(arguments: [[], ["::1"], ["::1", "::1"]])
    func `where IPv6 leads nowhere, IPv4 is used`(six: [String]) async throws {
        let server = try await RawServer { _ in .bytes(emptyAnswer) }
        let names = Names(loop, six: six, four: ["127.0.0.1"])
        try await withNames(names) { transport in
            let url = "http://service.test:\(server.port)/"
            let response = try await transport.send(HTTPRequest(url: url), timeout: .seconds(50))
            #expect(response.status == 200)
            try await transport.connect(to: url)
        }
        try await server.stop()
    }

    @Test func `an address that does not answer holds nobody up`() async throws {
        let server = try await RawServer { _ in .bytes(emptyAnswer) }
        let hole = try BlackHole(port: server.port)
        let names = Names(loop, six: ["::1"], four: ["127.0.0.1"])
        try await withNames(names) { transport in
            let url = "http://service.test:\(server.port)/"
            for _ in 0..<2 {
                let response = try await transport.send(
                    HTTPRequest(url: url), timeout: .seconds(50))
                #expect(response.status == 200)
            }
            try await transport.connect(to: url)
        }
        hole.close()
        try await server.stop()
    }

    @Test func `where no address answers, the reasons are told, each once`() async throws {
        let names = Names(loop, six: ["::1", "::1"], four: ["127.0.0.1"])
        try await withNames(names) { transport in
            let error = try await failure(
                of: transport, HTTPRequest(url: "http://service.test:1/"))
            #expect(error.kind == .unreachable)
            #expect(error.description == "service.test:1: cannot connect: Connection refused")
        }
    }

    @Test func `a lookup that fails is told with the system's reason`() async throws {
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo("no-such-host.invalid", "80", nil, &found)
        try #require(code != 0)
        try await withTransport { transport in
            let error = try await failure(
                of: transport, HTTPRequest(url: "http://no-such-host.invalid/"))
            #expect(error.kind == .unresolved)
            let reason = String(cString: gai_strerror(code))
            #expect(
                error.description == "no-such-host.invalid: the name has no address: \(reason)")
        }
    }

    @Test func `a name is looked up for every connection`() async throws {
        let closing = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
        let first = try await RawServer { _ in .bytes(closing) }
        let names = Names(loop, six: [], four: ["127.0.0.1"])
        try await withNames(names) { transport in
            let request = HTTPRequest(url: "http://service.test:\(first.port)/")
            _ = try await transport.send(request, timeout: .seconds(50))
            names.move(six: [], four: [])
            let error = try await failure(of: transport, request)
            #expect(error.kind == .unresolved)
            #expect(error.description == "service.test:\(first.port): the name has no address")
            names.move(six: [], four: ["127.0.0.1"])
            _ = try await transport.send(request, timeout: .seconds(50))
        }
        try await first.stop()
    }

    @Test(arguments: ["127.0.0.1", "[::1]"])
    func `an address is no name`(host: String) async throws {
        let names = Names(loop, six: [], four: [])
        try await withNames(names) { transport in
            let error = try await failure(of: transport, HTTPRequest(url: "http://\(host):1/"))
            #expect(error.description == "\(host):1: cannot connect: Connection refused")
        }
    }
}

/// Gives every name the same addresses.
final class Names: Resolver, Sendable {
    private let loop: any EventLoop
    private let addresses: Mutex<(six: [String], four: [String])>

    init(_ loop: any EventLoop, six: [String], four: [String]) {
        self.loop = loop
        addresses = Mutex((six, four))
    }

    func move(six: [String], four: [String]) {
        addresses.withLock { $0 = (six, four) }
    }

    func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        answer(addresses.withLock { $0.four }, port)
    }

    func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
        answer(addresses.withLock { $0.six }, port)
    }

    func cancelQueries() {}

    private func answer(_ hosts: [String], _ port: Int) -> EventLoopFuture<[SocketAddress]> {
        loop.makeCompletedFuture {
            try hosts.map { try SocketAddress(ipAddress: $0, port: port) }
        }
    }
}

/// A port on `::1` that answers nobody: its queue of connections is full, and nobody takes any.
private struct BlackHole {
    private let sockets: [Int32]

    init(port: Int) throws {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        // With an empty backlog the first of two connections fills the queue, listen(2).
        let sockets = (0..<3).map { _ in socket(AF_INET6, kind, 0) }
        self.sockets = sockets
        let isFull = try SocketAddress(ipAddress: "::1", port: port).withSockAddr { address, size in
            let size = socklen_t(size)
            guard bind(sockets[0], address, size) == 0, listen(sockets[0], 0) == 0 else {
                return false
            }
            return sockets.dropFirst().allSatisfy {
                connect($0, address, size) == 0 || errno == EINPROGRESS
            }
        }
        try #require(isFull)
    }

    func close() {
        for socket in sockets { Glibc.close(socket) }
    }
}
