import Foundation
import HTTP
import HTTPTransport
import NIOPosix
import NIOSSL
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TLSTests {
    private let loop = MultiThreadedEventLoopGroup.singleton.next()

    @Test func `a certificate that no authority vouches for is refused`() async throws {
        try await withTLSServer(name: "localhost") { server, _ in
            try await withTransport { transport in
                let error = try await failure(
                    of: transport, HTTPRequest(url: "https://localhost:\(server.port)/"))
                #expect(error.kind == .tls)
                #expect(error.description.contains("localhost:\(server.port)"))
                #expect(error.description.contains("the server's certificate is not trusted"))
            }
        }
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `whose certificate it is can be told where it is not trusted`(name: String) async throws {
        try await withTLSServer(name: name, days: 3) { server, _ in
            try await withTransport { transport in
                let shown = await transport.certificate(of: "https://\(name):\(server.port)/")
                let certificate = try #require(shown)
                #expect(certificate.subject == name)
                #expect(certificate.issuer == name)
                let left = Double(certificate.notAfter) - Date().timeIntervalSince1970
                #expect((2 * 86_400...3 * 86_400).contains(Int(left)))
                #expect(await transport.certificate(of: "http://\(name):\(server.port)/") == nil)
            }
        }
    }

    @Test func `a certificate of an authority of the operator's is accepted`() async throws {
        try await withTLSServer(name: "localhost") { server, authorities in
            var options = NIOTransport.Options()
            options.certificateAuthorities = authorities
            try await withTransport(options) { transport in
                let response = try await transport.send(
                    HTTPRequest(url: "https://localhost:\(server.port)/"), timeout: .seconds(20))
                #expect(response.status == 200)
            }
        }
    }

    @Test(arguments: [TLSVersion.tlsv12, .tlsv13])
    func `a certificate for an address is accepted at that address alone`(
        version: TLSVersion
    ) async throws {
        try await withTLSServer(name: "127.0.0.1", newestVersion: version) { server, authorities in
            var options = NIOTransport.Options()
            options.certificateAuthorities = authorities
            try await withTransport(options) { transport in
                let response = try await transport.send(
                    HTTPRequest(url: "https://127.0.0.1:\(server.port)/"), timeout: .seconds(20))
                #expect(response.status == 200)
                let error = try await failure(
                    of: transport, HTTPRequest(url: "https://localhost:\(server.port)/"))
                #expect(error.kind == .tls)
                #expect(error.description.hasSuffix("certificate is for another name"))
            }
        }
    }

    @Test func `a server that asks for a certificate is shown the operator's`() async throws {
        try await withTLSServer(name: "localhost", asksForCertificate: true) { server, file in
            var options = NIOTransport.Options()
            options.certificateAuthorities = file
            let url = "https://localhost:\(server.port)/"
            try await withTransport(options) { transport in
                let error = try await failure(of: transport, HTTPRequest(url: url))
                #expect(error.kind == .tls || error.kind == .closed)
            }
            let key = URL(filePath: file).deletingLastPathComponent().path + "/key.pem"
            options.identity = try ClientIdentity(certificateFile: file, keyFile: key)
            try await withTransport(options) { transport in
                let response = try await transport.send(
                    HTTPRequest(url: url), timeout: .seconds(20))
                #expect(response.status == 200)
            }
        }
    }

    @Test func `a certificate or key that is none is named`() throws {
        let error = #expect(throws: ClientIdentity.Problem.self) {
            try ClientIdentity(certificateFile: "/etc/passwd", keyFile: "/etc/passwd")
        }
        #expect(error?.description.hasPrefix("'/etc/passwd' has no certificate in PEM") == true)
    }

    @Test func `a certificate for another name is refused`() async throws {
        try await withTLSServer(name: "elsewhere.test") { server, authorities in
            var options = NIOTransport.Options()
            options.certificateAuthorities = authorities
            try await withTransport(options) { transport in
                let error = try await failure(
                    of: transport, HTTPRequest(url: "https://localhost:\(server.port)/"))
                #expect(error.kind == .tls)
                #expect(error.description.hasSuffix("certificate is for another name"))
            }
        }
    }

    @Test(arguments: [
        ("*.a.localhost", "b.a.localhost", true), ("*.A.localhost", "B.a.localhost", true),
        ("*.a.localhost", "a.localhost", false), ("*.a.localhost", "c.b.a.localhost", false),
        ("*.localhost", "a.localhost", false), ("b*.a.localhost", "bc.a.localhost", false),
        ("a.localhost", "b.a.localhost", false), ("localhost", "localhost.", true),
    ])
    func `a certificate is for its name, or for one label in place of a star`(
        certificate: String, host: String, isAccepted: Bool
    ) async throws {
        try await withTLSServer(name: certificate) { server, authorities in
            var options = NIOTransport.Options()
            options.certificateAuthorities = authorities
            options.resolver = Names(loop, six: [], four: ["127.0.0.1"])
            let transport = NIOTransport(options, eventLoop: loop)
            let request = HTTPRequest(url: "https://\(host):\(server.port)/")
            if isAccepted {
                let response = try await transport.send(request, timeout: .seconds(20))
                #expect(response.status == 200)
            } else {
                let error = try await failure(of: transport, request)
                #expect(error.kind == .tls)
                #expect(error.description.hasSuffix("certificate is for another name"))
            }
            await transport.shutdown()
        }
    }

    @Test func `a server without TLS at an https URL is a TLS error`() async throws {
        let server = try await RawServer(
            greeting: "HTTP/1.1 400 Bad Request\r\n\r\n", reply: { _ in .silence })
        try await withTransport { transport in
            let error = try await failure(
                of: transport, HTTPRequest(url: "https://127.0.0.1:\(server.port)/"))
            #expect(error.kind == .tls)
            #expect(error.description.contains("what answers there does not speak TLS"))
        }
        try await server.stop()
    }

    @Test func `a server that speaks no TLS after 1.1 is refused`() async throws {
        try await withTLSServer(name: "localhost", newestVersion: .tlsv11) { server, authorities in
            var options = NIOTransport.Options()
            options.certificateAuthorities = authorities
            try await withTransport(options) { transport in
                let error = try await failure(
                    of: transport, HTTPRequest(url: "https://localhost:\(server.port)/"))
                #expect(error.kind == .tls)
                #expect(error.description.hasSuffix("speaks no TLS from version 1.2 on"))
            }
        }
    }

    @Test func `an authority that is installed after a failure is seen`() async throws {
        try await withTLSServer(name: "localhost") { server, certificate in
            var options = NIOTransport.Options()
            let store = "\(certificate)-store"
            options.certificateAuthorities = store
            let request = HTTPRequest(url: "https://localhost:\(server.port)/")
            try await withTransport(options) { transport in
                for _ in 0..<20 {
                    let other = try await Certificate(name: "elsewhere.test")
                    defer { other.remove() }
                    try other.text.write(toFile: store, atomically: true, encoding: .utf8)
                    #expect(try await failure(of: transport, request).kind == .tls)
                }
                try FileManager.default.removeItem(atPath: store)
                let missing = try await failure(of: transport, request)
                #expect(missing.kind == .tls)
                #expect(missing.description.contains("'\(store)' has no certificate authorities"))
                try FileManager.default.copyItem(atPath: certificate, toPath: store)
                let response = try await transport.send(request, timeout: .seconds(20))
                #expect(response.status == 200)
            }
        }
    }

    @Test(arguments: ["", "no certificate"])
    func `a file without an authority is named`(text: String) async throws {
        try await withTLSServer(name: "localhost") { server, certificate in
            var options = NIOTransport.Options()
            let store = "\(certificate)-store"
            options.certificateAuthorities = store
            try text.write(toFile: store, atomically: true, encoding: .utf8)
            let request = HTTPRequest(url: "https://localhost:\(server.port)/")
            try await withTransport(options) { transport in
                let error = try await failure(of: transport, request)
                #expect(error.kind == .tls)
                #expect(error.description.contains("'\(store)' has no certificate authorities"))
            }
        }
    }

    @Test func `a file of authorities is looked at before it is used`() async throws {
        let certificate = try await Certificate(name: "localhost")
        defer { certificate.remove() }
        try CertificateAuthorities.check(certificate.file)
        for (file, reason) in [
            ("/no/such.pem", "'/no/such.pem' cannot be read: No such file or directory"),
            ("/etc/passwd", "'/etc/passwd' has no certificate in PEM"),
            ("/tmp", "'/tmp' has no certificate in PEM"),
            (certificate.key, "'\(certificate.key)' has no certificate in PEM"),
        ] {
            let error = #expect(throws: CertificateAuthorities.Problem.self) {
                try CertificateAuthorities.check(file)
            }
            #expect(error?.description == reason)
        }
    }

    @Test func `a handshake without an answer ends with the time for connecting`() async throws {
        var options = NIOTransport.Options()
        options.connectTimeout = .seconds(1)
        try await withServer(options, reply: { _ in .silence }) { server, transport in
            let error = try await failure(
                of: transport, HTTPRequest(url: "https://127.0.0.1:\(server.port)/"))
            #expect(error.kind == .tls)
            #expect(error.description.hasSuffix("no end of the TLS handshake within 1.0 seconds"))
        }
    }
}
