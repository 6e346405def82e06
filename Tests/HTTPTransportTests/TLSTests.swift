import AWS
import Foundation
import HTTPTransport
import NIOSSL
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TLSTests {
    @Test func `a certificate that no authority vouches for is refused`() async throws {
        try await withTLSServer(name: "localhost") { server, _ in
            try await withTransport { transport in
                let error = try await failure(
                    of: transport, HTTPRequest(url: "https://localhost:\(server.port)/"))
                #expect(error.kind == .tls)
                #expect(error.description.contains("localhost:\(server.port)"))
            }
        }
    }

    @Test func `a certificate of an authority of the operator's is accepted`() async throws {
        try await withTLSServer(name: "localhost") { server, authorities in
            var options = AsyncHTTPTransport.Options()
            options.certificateAuthorities = authorities
            try await withTransport(options) { transport in
                let response = try await transport.send(
                    HTTPRequest(url: "https://localhost:\(server.port)/"), timeout: .seconds(20))
                #expect(response.status == 200)
            }
        }
    }

    @Test func `a server that asks for a certificate is shown the operator's`() async throws {
        try await withTLSServer(name: "localhost", asksForCertificate: true) { server, file in
            var options = AsyncHTTPTransport.Options()
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
            var options = AsyncHTTPTransport.Options()
            options.certificateAuthorities = authorities
            try await withTransport(options) { transport in
                let error = try await failure(
                    of: transport, HTTPRequest(url: "https://localhost:\(server.port)/"))
                #expect(error.kind == .tls)
            }
        }
    }

    @Test func `a server without TLS at an https URL is a TLS error`() async throws {
        let server = try await RawServer(
            greeting: "HTTP/1.1 400 Bad Request\r\n\r\n", reply: { _ in .silence })
        try await withTransport { transport in
            let error = try await failure(
                of: transport, HTTPRequest(url: "https://127.0.0.1:\(server.port)/"))
            #expect(error.kind == .tls)
        }
        try await server.stop()
    }

    @Test func `a handshake without an answer ends with the time for connecting`() async throws {
        var options = AsyncHTTPTransport.Options()
        options.connectTimeout = .milliseconds(200)
        try await withServer(options, reply: { _ in .silence }) { server, transport in
            let error = try await failure(
                of: transport, HTTPRequest(url: "https://127.0.0.1:\(server.port)/"))
            #expect(error.kind == .unreachable || error.kind == .tls)
            #expect(error.description.contains("handshake"))
        }
    }
}

/// Runs the body with a TLS server whose self-signed certificate is for that name, and its file.
private func withTLSServer(
    name: String, asksForCertificate: Bool = false,
    _ body: (RawServer, _ authorities: String) async throws -> Void
) async throws {
    let folder = FileManager.default.temporaryDirectory
        .appending(path: "transport-tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let certificate = folder.appending(path: "certificate.pem").path
    let key = folder.appending(path: "key.pem").path
    let openssl = Process()
    openssl.executableURL = URL(filePath: "/usr/bin/env")
    openssl.arguments = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes", "-days", "2", "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:\(name)",
        "-keyout", key, "-out", certificate,
    ]
    openssl.standardError = FileHandle.nullDevice
    let (ended, end) = AsyncStream.makeStream(of: Never.self)
    openssl.terminationHandler = { _ in end.finish() }
    try openssl.run()
    for await _ in ended {}
    try #require(openssl.terminationStatus == 0, "openssl made no certificate")
    var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
    if asksForCertificate {
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .file(certificate)
    }
    let server = try await RawServer(tls: try NIOSSLContext(configuration: configuration)) { _ in
        .bytes(emptyAnswer)
    }
    try await body(server, certificate)
    try await server.stop()
}
