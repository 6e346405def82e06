private import Glibc
private import HTTP
import Settings

extension HTTPSettings {
    package mutating func check(_ handler: inout HandlerCheck) {
        checkFiles(&handler)
        checkConnections(&handler)
    }

    /// A message that waits for a connection would fail by no fault of its own.
    private mutating func checkConnections(_ handler: inout HandlerCheck) {
        let needed = handler.concurrency
        guard connections < needed else { return }
        if handler.origin(of: "connections") != nil {
            handler.add(
                "connections",
                "\(connections) is less than concurrency; allowed: \(needed) or more")
        }
        connections = needed
    }

    package var timeLimit: Duration? { timeout }

    package func fileProblems(at place: DaemonPlace) -> [FileProblem] {
        guard case .unix(let socket, _) = HTTPTarget(url) else { return [] }
        if let problem = place.problem(with: socket, of: "url") { return [problem] }
        guard access(socket, W_OK) != 0 else { return [] }
        let isMissing = errno == ENOENT || errno == ENOTDIR
        return [
            FileProblem(
                key: "url",
                reason: "there is no socket '\(socket)' that the daemon's user may write to: "
                    + (isMissing
                        ? "nothing of that name is there; start the server, or correct `url`"
                        : "see the permissions of the socket and of every directory above it"))
        ]
    }

    private func checkFiles(_ handler: inout HandlerCheck) {
        let certificate = PEMContent(mark: "-----BEGIN CERTIFICATE-----", name: "a certificate")
        let privateKey = PEMContent(mark: "PRIVATE KEY-----", name: "a private key")
        check(certificateAuthorities, of: "ca_file", holds: certificate, &handler)
        check(clientCertificate, of: "client_certificate_file", holds: certificate, &handler)
        check(clientKey, of: "client_key_file", holds: privateKey, &handler)
        for (one, other) in [
            ("client_certificate_file", "client_key_file"),
            ("client_key_file", "client_certificate_file"),
        ] where handler.table.isMissing(handler.place.child(other)) {
            guard handler.origin(of: one) != nil else { continue }
            handler.add(one, "of no use without http.\(other); set both")
        }
        check(
            signatureKeyFile, of: "signature_key_file", holds: nil,
            atMost: MessageSignature.keyFileMaximum, &handler)
    }

    private struct PEMContent {
        let mark: String
        let name: String
    }

    /// Nothing of what is in a file is repeated: it may be a secret.
    private func check(
        _ path: String?, of key: String, holds content: PEMContent?, atMost bytes: Int = .max,
        _ handler: inout HandlerCheck
    ) {
        guard let path else { return }
        let place = DocumentNode.text(path).quoted
        do throws(FileReader.ReadError) {
            guard case .text(let text) = try FileReader.read(path).content else {
                return handler.add(key, "\(place) is empty")
            }
            if text.utf8.count > bytes {
                handler.add(key, "\(place) is larger than \(bytes) bytes")
            }
            if let content, !text.contains(content.mark) {
                handler.add(key, "\(place) does not hold \(content.name) in PEM")
            }
        } catch {
            handler.add(key, "\(place) \(error.problem)")
        }
    }
}
