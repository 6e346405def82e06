package import AWS
import Calendar
import FoundationEssentials
package import HTTP
package import HTTPTransport

/// What is found on the way to SQS, one step after the other: for `doctor`, which judges it.
package struct ServiceFacts: Sendable {
    package var region: Region
    package var endpoint: Endpoint
    /// The proxy that requests go through.
    package var proxy: String?
    /// The addresses of the endpoint's host; nil where it is an address, or the proxy looks it up.
    package var addresses: Result<[String], HostAddresses.Failure>?
    /// What is in the way of a connection, TLS included; nil for nothing.
    package var trouble: TransportError?
    /// Nil without TLS, and where none was shown.
    package var certificate: PeerCertificate?
    /// How far the service's clock is ahead of this machine's, to the second; nil where it did not
    /// say.
    package var clockOffset: Duration?
    package var credentials: Result<Credentials, CredentialError>
    /// Where payloads are read; nil where none is.
    package var payloads: Result<Endpoint, SettingError>?
    /// Whom STS takes the credentials for; nil where there was nothing to ask about.
    package var identity: Result<String, CredentialError>?

    package init(
        region: Region, endpoint: Endpoint, credentials: Result<Credentials, CredentialError>
    ) {
        self.region = region
        self.endpoint = endpoint
        self.credentials = credentials
    }
}

extension ServiceConnection {
    /// A server that answers at all does so in less, and a person waits.
    private static var patience: Duration { .seconds(5) }

    /// Connects to the endpoint, asks it for the time, and STS for the caller.
    ///
    /// - Parameters:
    ///   - queue: a queue's URL or ARN, which may say the region.
    ///   - readsPayloads: whether there are payloads in S3.
    package func facts(
        forQueue queue: String?, readsPayloads: Bool
    ) async throws(SettingError) -> ServiceFacts {
        let region = try await context.region(forQueue: queue)
        let endpoint = try context.endpoint(for: .sqs, in: region)
        var facts = ServiceFacts(
            region: region, endpoint: endpoint, credentials: await lookUpCredentials())
        facts.proxy = proxies.name(forURL: endpoint.url)
        facts.addresses = facts.proxy == nil ? Self.addresses(of: endpoint) : nil
        do throws(TransportError) {
            try await transport.connect(to: endpoint.url)
        } catch {
            facts.trouble = error
        }
        if readsPayloads {
            do throws(SettingError) {
                facts.payloads = .success(try context.endpoint(for: .s3, in: region))
            } catch {
                facts.payloads = .failure(error)
            }
        }
        facts.certificate = await transport.certificate(of: endpoint.url)
        if facts.trouble == nil { facts.clockOffset = await clockOffset(of: endpoint) }
        if case .success(let credentials) = facts.credentials {
            do throws(CredentialError) {
                facts.identity = .success(try await context.callerIdentity(of: credentials))
            } catch {
                facts.identity = .failure(error)
            }
        }
        return facts
    }

    private func lookUpCredentials() async -> Result<Credentials, CredentialError> {
        do throws(CredentialError) {
            switch try await context.lookUpCredentials() {
            case .found(let credentials): return .success(credentials)
            case .absent(let reason): return .failure(CredentialError(.missing, reason))
            }
        } catch {
            return .failure(error)
        }
    }

    private static func addresses(
        of endpoint: Endpoint
    ) -> Result<[String], HostAddresses.Failure>? {
        guard let host = URLParts(endpoint.url)?.host else { return nil }
        do throws(HostAddresses.Failure) {
            return .success(try HostAddresses.find(host))
        } catch {
            return .failure(error)
        }
    }

    /// Any answer has the time, that of a refusal too.
    private func clockOffset(of endpoint: Endpoint) async -> Duration? {
        let request = HTTPRequest(method: "GET", url: endpoint.url + "/")
        let answer = try? await transport.send(request, timeout: Self.patience)
        guard let text = answer?.headers["Date"], let time = HTTPDate.read(text) else {
            return nil
        }
        return .seconds(Int(time.date.timeIntervalSinceNow.rounded()))
    }
}
