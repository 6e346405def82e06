import Foundation
import HTTPTransport
import NIOSSL
import TestKit
import Testing

/// A certificate of `openssl`'s that vouches for itself, and its key, in a folder of their own,
/// until it is removed.
struct Certificate {
    private let folder: TemporaryFolder

    var file: String { folder.path(of: "certificate.pem") }
    var key: String { folder.path(of: "key.pem") }
    var text: String {
        get throws { try String(contentsOfFile: file, encoding: .utf8) }
    }

    /// - Parameters:
    ///   - name: the only DNS name or IPv4 address that it is for.
    ///   - days: until it expires.
    init(name: String, days: Int = 2) async throws {
        folder = try TemporaryFolder()
        let names = folder.path(of: "names")
        let request = folder.path(of: "request.pem")
        let kind = name.allSatisfy { $0.isNumber || $0 == "." } ? "IP" : "DNS"
        try folder.write("names", "subjectAltName=\(kind):\(name)".utf8)
        try await openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-subj", "/CN=\(name)", "-keyout", key, "-out", request)
        try await openssl(
            "x509", "-req", "-in", request, "-signkey", key, "-days", "\(days)",
            "-extfile", names, "-out", file)
    }

    func remove() { folder.remove() }
}

private func openssl(_ arguments: String...) async throws {
    let run = try await ProgramRun(["openssl"] + arguments)
    try #require(run.status == 0, "openssl made no certificate")
}

/// Runs the body with a TLS server whose self-signed certificate is for that name, and its file.
func withTLSServer(
    name: String, days: Int = 2, asksForCertificate: Bool = false,
    newestVersion: TLSVersion? = nil, socket: String? = nil,
    _ body: (RawServer, _ authorities: String) async throws -> Void
) async throws {
    let certificate = try await Certificate(name: name, days: days)
    defer { certificate.remove() }
    var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile(certificate.file)
            .map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: certificate.key, format: .pem)))
    configuration.maximumTLSVersion = newestVersion
    if asksForCertificate {
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .file(certificate.file)
    }
    let context = try NIOSSLContext(configuration: configuration)
    let server = try await RawServer(tls: context, socket: socket) { _ in .bytes(emptyAnswer) }
    try await body(server, certificate.file)
    try await server.stop()
}
