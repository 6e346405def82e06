import FoundationEssentials
import HTTP

/// The operations of the AWS Security Token Service that turn one identity into another, and the
/// one that tells it.
///
/// One attempt each: ``CredentialCache`` repeats, with backoff. Source: the AWS STS API Reference,
/// version 2011-06-15 (query protocol, XML answers).
package struct STSClient: Sendable {
    private let transport: any Transport
    private let now: @Sendable () -> Date
    private let endpoint: @Sendable () async throws(SettingError) -> Endpoint

    /// STS answers in well under a second; a start must not hang on one that does not.
    static let timeout = Duration.seconds(10)

    /// - Parameter endpoint: asked when it is needed, since finding the region may take a request.
    init(
        transport: any Transport, now: @escaping @Sendable () -> Date,
        endpoint: @escaping @Sendable () async throws(SettingError) -> Endpoint
    ) {
        self.transport = transport
        self.now = now
        self.endpoint = endpoint
    }

    /// AssumeRole, signed with the source's credentials.
    func assumeRole(
        _ session: RoleSession, with source: Credentials
    ) async throws(CredentialError) -> Credentials {
        var fields = self.fields("AssumeRole", session)
        if let externalID = session.externalID { fields.append(("ExternalId", externalID)) }
        return try await perform(fields, for: session, signedWith: source)
    }

    /// AssumeRoleWithWebIdentity: the token is all the proof there is, the request is not signed.
    func assumeRole(
        _ session: RoleSession, webIdentityToken token: String
    ) async throws(CredentialError) -> Credentials {
        let fields = self.fields("AssumeRoleWithWebIdentity", session)
        return try await perform(
            fields + [("WebIdentityToken", token)], for: session, signedWith: nil)
    }

    private func fields(_ action: String, _ session: RoleSession) -> [(String, String)] {
        let name =
            session.sessionName ?? "sqs-subscriber-\(Int(now().timeIntervalSince1970))"
        var fields = [
            ("Action", action), ("Version", "2011-06-15"), ("RoleArn", session.roleARN),
            ("RoleSessionName", name),
        ]
        if let seconds = session.duration { fields.append(("DurationSeconds", String(seconds))) }
        return fields
    }

    private func perform(
        _ fields: [(String, String)], for session: RoleSession, signedWith source: Credentials?
    ) async throws(CredentialError) -> Credentials {
        let name = "STS (\(fields[0].1) of \(session.roleARN))"
        return try await answer(to: fields, name: name, signedWith: source).credentials()
    }

    /// - Parameter name: the request, for messages.
    func answer(
        to fields: [(String, String)], name: String, signedWith source: Credentials?
    ) async throws(CredentialError) -> STSAnswer {
        let endpoint: Endpoint
        do {
            endpoint = try await self.endpoint()
        } catch {
            throw CredentialError(error)
        }
        var request = HTTPRequest(
            url: endpoint.url + "/",
            headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
            body: form(fields))
        if let source {
            SigV4Signer(service: "sts", region: endpoint.region)
                .sign(&request, with: source, at: now())
        }
        do throws(TransportError) {
            return STSAnswer(try await transport.send(request, timeout: Self.timeout), name: name)
        } catch {
            throw CredentialError(error, asking: "\(name) at \(endpoint.url)")
        }
    }
}

private func form(_ fields: [(String, String)]) -> [UInt8] {
    var bytes: [UInt8] = []
    for (index, (name, value)) in fields.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: "&")) }
        bytes += name.utf8
        bytes.append(UInt8(ascii: "="))
        bytes.appendEncoded(value.utf8, keeping: isUnreserved)
    }
    return bytes
}
