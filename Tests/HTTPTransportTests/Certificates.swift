import Foundation
import HTTPTransport
import NIOSSL
import Testing

/// A certificate of `openssl`'s that vouches for itself, and its key, in a folder of their own,
/// until it is removed.
struct Certificate {
    private let folder: URL

    var file: String { folder.appending(path: "certificate.pem").path }
    var key: String { folder.appending(path: "key.pem").path }
    var text: String {
        get throws { try String(contentsOfFile: file, encoding: .utf8) }
    }

    /// - Parameters:
    ///   - name: the only DNS name that it is for.
    ///   - days: until it expires.
    init(name: String, days: Int = 2) async throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "transport-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let names = folder.appending(path: "names").path
        let request = folder.appending(path: "request.pem").path
        try "subjectAltName=DNS:\(name)".write(toFile: names, atomically: true, encoding: .utf8)
        try await openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-subj", "/CN=\(name)", "-keyout", key, "-out", request)
        try await openssl(
            "x509", "-req", "-in", request, "-signkey", key, "-days", "\(days)",
            "-extfile", names, "-out", file)
    }

    func remove() {
        try? FileManager.default.removeItem(at: folder)
    }
}

private func openssl(_ arguments: String...) async throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.standardError = FileHandle.nullDevice
    let (ended, end) = AsyncStream.makeStream(of: Never.self)
    process.terminationHandler = { _ in end.finish() }
    try process.run()
    for await _ in ended {}
    try #require(process.terminationStatus == 0, "openssl made no certificate")
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
