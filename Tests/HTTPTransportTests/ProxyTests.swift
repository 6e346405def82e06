import HTTP
import HTTPTransport
import Testing

/// Requests through a proxy, which each test plays.
@Suite(.timeLimit(.minutes(1)))
struct ProxyTests {
    /// - Parameter authorities: trusted instead of the system's.
    private func options(
        _ proxy: String, authorities: String? = nil
    ) throws -> NIOTransport.Options {
        var options = NIOTransport.Options()
        options.proxies = try ProxySettings(
            environment: ["http_proxy": proxy, "https_proxy": proxy])
        options.certificateAuthorities = authorities
        return options
    }

    @Test func `a proxy is told the whole URL of a plain request, and its credentials`()
        async throws
    {
        let proxy = try await RawServer { _ in .bytes(emptyAnswer) }
        let url = "http://us%20er:p%40ss@127.0.0.1:\(proxy.port)"
        try await withTransport(try options(url)) { transport in
            for _ in 0..<2 {
                let request = HTTPRequest(
                    url: "http://no-such-host.invalid:81/a%20b?c", headers: ["X": "y"])
                let response = try await transport.send(request, timeout: .seconds(20))
                #expect(response.status == 200)
                let event = await proxy.event { if case .request = $0 { true } else { false } }
                #expect(
                    event
                        == .request(
                            connection: 0,
                            text: "POST http://no-such-host.invalid:81/a%20b?c HTTP/1.1\r\n"
                                + "Host: no-such-host.invalid:81\r\nX: y\r\n"
                                + "Proxy-Authorization: Basic dXMgZXI6cEBzcw==\r\n"
                                + "Content-Length: 0\r\n\r\n"))
            }
        }
        try await proxy.stop()
    }

    @Test(arguments: [false, true])
    func `a proxy connects to an https server, whose certificate is judged, and sees nothing`(
        isTLS: Bool
    ) async throws {
        try await withTLSServer(name: "localhost") { server, authorities in
            let proxy = try await ConnectProxy(
                server: server.port, certificate: isTLS ? authorities : nil)
            let scheme = isTLS ? "https" : "http"
            let url = "\(scheme)://user:pw@localhost:\(proxy.port)"
            let request = HTTPRequest(url: "https://localhost:7/")
            try await withTransport(try options(url, authorities: authorities)) { transport in
                for _ in 0..<3 {
                    let response = try await transport.send(request, timeout: .seconds(20))
                    #expect(response.status == 200)
                }
                try await transport.connect(to: request.url)
                let wrong = HTTPRequest(url: "https://elsewhere.test/")
                let error = try await failure(of: transport, wrong)
                #expect(error.kind == .tls)
                #expect(error.description.hasSuffix("certificate is for another name"))
                #expect(try await refusal(of: transport, wrong.url) == error)
            }
            let asked =
                "CONNECT localhost:7 HTTP/1.1\r\nHost: localhost:7\r\n"
                + "Proxy-Authorization: Basic dXNlcjpwdw==\r\n\r\n"
            #expect(proxy.requests.count == 4)
            #expect(proxy.requests.prefix(2) == [asked, asked])
            #expect(proxy.requests.last?.hasPrefix("CONNECT elsewhere.test:443 ") == true)
            try await proxy.stop()
        }
    }

    @Test(arguments: [
        (407, "wants a user name and a password in its URL, or others than those (407)"),
        (403, "does not allow connections there (403)"),
        (502, "has no connection there (502)"), (504, "has no connection there (504)"),
        (301, "refuses to connect (301)"),
    ])
    func `a proxy that refuses to connect is named, and its credentials are not`(
        status: Int, reason: String
    ) async throws {
        let proxy = try await RawServer { _ in
            .bytes("HTTP/1.1 \(status) x\r\nContent-Length: 9\r\n\r\ngo away")
        }
        let url = "http://user:secret@127.0.0.1:\(proxy.port)"
        try await withTransport(try options(url)) { transport in
            let request = HTTPRequest(url: "https://sqs.test/")
            let error = try await failure(of: transport, request)
            #expect(error.kind == .unreachable)
            #expect(
                error.description == "sqs.test: the proxy 127.0.0.1:\(proxy.port) \(reason)")
            #expect(try await refusal(of: transport, request.url) == error)
        }
        try await proxy.stop()
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "said more than that"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "gave an answer that is not HTTP"),
        ("HTTP/1.1 099 x\r\n\r\n", "gave an answer that is not HTTP"),
    ])
    func `a proxy that is none is named`(answer: String, reason: String) async throws {
        let proxy = try await RawServer { _ in .bytes(answer) }
        try await withTransport(try options("127.0.0.1:\(proxy.port)")) { transport in
            let error = try await failure(of: transport, HTTPRequest(url: "https://sqs.test/"))
            #expect(error.kind == .malformed)
            #expect(error.description.hasPrefix("sqs.test: the proxy 127.0.0.1:\(proxy.port) "))
            #expect(error.description.contains(reason))
        }
        try await proxy.stop()
    }

    @Test(arguments: [RawServer.HangUp.atOnce, .withReset])
    func `a proxy that ends the connection is named`(hangUp: RawServer.HangUp) async throws {
        let proxy = try await RawServer(hangUp: hangUp) { _ in .silence }
        try await withTransport(try options("127.0.0.1:\(proxy.port)")) { transport in
            for _ in 0..<20 {
                let error = try await failure(of: transport, HTTPRequest(url: "https://sqs.test/"))
                #expect(error.kind == .unreachable)
                #expect(error.description.contains("the proxy 127.0.0.1:\(proxy.port)"))
            }
        }
        try await proxy.stop()
    }

    @Test func `a proxy that does not answer is named when the time is over`() async throws {
        let proxy = try await RawServer { _ in .silence }
        var options = try options("127.0.0.1:\(proxy.port)")
        options.connectTimeout = .seconds(1)
        try await withTransport(options) { transport in
            let error = try await failure(of: transport, HTTPRequest(url: "https://sqs.test/"))
            #expect(error.kind == .unreachable)
            #expect(
                error.description
                    == "sqs.test: the proxy 127.0.0.1:\(proxy.port): no answer within 1.0 seconds")
        }
        try await proxy.stop()
    }

    @Test func `a proxy that wants other credentials for a plain request is named`() async throws {
        let proxy = try await RawServer { _ in
            .bytes("HTTP/1.1 407 x\r\nContent-Length: 0\r\n\r\n")
        }
        try await withTransport(try options("127.0.0.1:\(proxy.port)")) { transport in
            let error = try await failure(of: transport, HTTPRequest(url: "http://app.test/"))
            #expect(error.kind == .unreachable)
            #expect(error.description.hasSuffix("or others than those (407)"))
        }
        try await proxy.stop()
    }

    @Test func `a proxy whose certificate is not trusted is told nothing`() async throws {
        try await withTLSServer(name: "localhost") { proxy, _ in
            let url = "https://user:secret@localhost:\(proxy.port)"
            try await withTransport(try options(url)) { transport in
                for target in ["https://sqs.test/", "http://app.test/"] {
                    let error = try await failure(of: transport, HTTPRequest(url: target))
                    #expect(error.kind == .tls)
                    #expect(error.description.contains("the proxy localhost:\(proxy.port)"))
                    #expect(error.description.contains("certificate is not trusted"))
                }
            }
        }
    }

    @Test func `an https URL with an address is refused, as its certificate could not be judged`()
        async throws
    {
        try await withTransport(try options("127.0.0.1:2")) { transport in
            let error = try await failure(of: transport, HTTPRequest(url: "https://127.0.0.1/"))
            #expect(error.kind == .invalidURL)
            #expect(error.description.contains("NO_PROXY"))
        }
    }
}
