import Foundation
import HTTP
import HTTPTransport
import NIOSSL
import Testing

/// What is seen without a request: all that keeps one from being sent.
@Suite(.timeLimit(.minutes(1)))
struct ConnectTests {
    private func options(trusting authorities: String?) -> NIOTransport.Options {
        var options = NIOTransport.Options()
        options.certificateAuthorities = authorities
        return options
    }

    @Test func `a TLS server that is trusted is there, and is asked nothing`() async throws {
        try await withTLSServer(name: "localhost") { server, authorities in
            try await withTransport(options(trusting: authorities)) { transport in
                try await transport.connect(to: "https://localhost:\(server.port)/")
                let event = await server.event { $0 != .connected(0) }
                #expect(event == .closed(0))
            }
        }
    }

    @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
    func `a certificate that no request would accept is seen`(version: TLSVersion) async throws {
        try await withTLSServer(name: "localhost", newestVersion: version) { server, authorities in
            let url = "https://localhost:\(server.port)/"
            try await withTransport { transport in
                let error = try await refusal(of: transport, url)
                #expect(error.kind == .tls)
                #expect(error.description.contains("the server's certificate is not trusted"))
                let failed = try await failure(of: transport, HTTPRequest(url: url))
                #expect(error == failed)
            }
            // Trusted, but for another name: an address is none.
            try await withTransport(options(trusting: authorities)) { transport in
                let error = try await refusal(of: transport, "https://127.0.0.1:\(server.port)/")
                #expect(error.kind == .tls)
                #expect(error.description.hasSuffix("certificate is for another name"))
            }
        }
    }

    @Test func `a certificate that has expired is seen`() async throws {
        try await withTLSServer(name: "localhost", days: -1) { server, authorities in
            try await withTransport(options(trusting: authorities)) { transport in
                let error = try await refusal(of: transport, "https://localhost:\(server.port)/")
                #expect(error.kind == .tls)
                #expect(error.description.contains("or it has expired"))
            }
        }
    }

    @Test(
        arguments: [
            (nil, "HTTP/1.1 400 Bad Request\r\n\r\n"), (.atOnce, ""), (.withReset, ""),
        ] as [(RawServer.HangUp?, String)])
    func `a server that does not speak TLS, or hangs up, is seen at an https URL`(
        hangUp: RawServer.HangUp?, greeting: String
    ) async throws {
        let server = try await RawServer(greeting: greeting, hangUp: hangUp) { _ in .silence }
        var options = NIOTransport.Options()
        options.keepsBodies = false
        try await withTransport(options) { transport in
            let url = "https://127.0.0.1:\(server.port)/"
            for _ in 0..<20 {
                #expect(try await refusal(of: transport, url).kind == .tls)
                let error = try await failure(of: transport, HTTPRequest(url: url))
                #expect(error.kind == .tls || error.kind == .unreachable, "\(error)")
            }
        }
        try await server.stop()
    }

    @Test func `a handshake that does not end is seen when the time is over`() async throws {
        var options = NIOTransport.Options()
        options.connectTimeout = .milliseconds(200)
        try await withServer(options, reply: { _ in .silence }) { server, transport in
            let error = try await refusal(of: transport, "https://127.0.0.1:\(server.port)/")
            #expect(error.kind == .tls)
            #expect(error.description.contains("no end of the TLS handshake within 0.2 seconds"))
        }
    }

    @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
    func `a server that does not accept the client's certificate is seen`(
        version: TLSVersion
    ) async throws {
        try await withTLSServer(
            name: "localhost", asksForCertificate: true, newestVersion: version
        ) { server, certificate in
            let url = "https://localhost:\(server.port)/"
            var options = options(trusting: certificate)
            try await withTransport(options) { transport in
                let error = try await refusal(of: transport, url)
                #expect(error.kind == .tls)
                #expect(
                    error.description.hasSuffix(
                        version == .tlsv12
                            ? "the server refused the TLS handshake (handshake failure)"
                            : "certificate, or the lack of one (certificate required)"))
            }
            let other = try await Certificate(name: "stranger.test")
            defer { other.remove() }
            options.identity = try ClientIdentity(
                certificateFile: other.file, keyFile: other.key)
            try await withTransport(options) { transport in
                let error = try await refusal(of: transport, url)
                #expect(error.kind == .tls)
            }
            let key = URL(filePath: certificate).deletingLastPathComponent().path + "/key.pem"
            options.identity = try ClientIdentity(certificateFile: certificate, keyFile: key)
            try await withTransport(options) { transport in
                try await transport.connect(to: url)
            }
        }
    }
}
