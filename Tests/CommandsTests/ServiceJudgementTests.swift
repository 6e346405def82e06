import AWS
import Commands
import Daemon
import FoundationEssentials
import HTTP
import HTTPTransport
import Testing

/// What `doctor` makes of the way to the service.
@Suite struct ServiceJudgementTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let change: @Sendable (inout ServiceFacts) -> Void
        let check: String
        /// Nil where nothing is to be said.
        let verdict: Diagnosis.Verdict?

        init(
            _ name: String, _ check: String, _ verdict: Diagnosis.Verdict?,
            _ change: @escaping @Sendable (inout ServiceFacts) -> Void
        ) {
            (self.name, self.check, self.verdict, self.change) = (name, check, verdict, change)
        }

        var testDescription: String { name }
    }

    private static let now = Date(timeIntervalSince1970: 1_700_000_000)

    private static var sound: ServiceFacts {
        var facts = ServiceFacts(
            region: Region(name: "eu-west-1", source: "AWS_REGION"),
            endpoint: Endpoint(
                url: "https://sqs.eu-west-1.amazonaws.com", region: "eu-west-1",
                isConfigured: false),
            credentials: .success(
                Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "very-secret")))
        facts.addresses = .success(["192.0.2.1"])
        facts.certificate = certificate(days: 90)
        facts.clockOffset = .seconds(1)
        facts.identity = .success("arn:aws:iam::123456789012:user/worker")
        return facts
    }

    private static func certificate(days: Int) -> PeerCertificate {
        PeerCertificate(
            subject: "sqs.eu-west-1.amazonaws.com", issuer: "Amazon",
            notAfter: 1_700_000_000 + days * 86_400)
    }

    private static func refused(_ code: String) -> CredentialError {
        CredentialError(.refused, "STS answered \(code): no")
    }

    private static func temporary(_ seconds: Double) -> Credentials {
        Credentials(
            accessKeyID: "ASIAEXAMPLE", secretAccessKey: "very-secret", sessionToken: "t",
            expiration: now.addingTimeInterval(seconds))
    }

    static let rows = [
        Row("a name without an address", "name", .failure) {
            $0.addresses = .failure(HostAddresses.Failure(description: "Name not known"))
        },
        Row("a name that the proxy looks up", "name", nil) {
            ($0.proxy, $0.addresses) = ("proxy:3128", nil)
        },
        Row("a connection that is refused", "connection", .failure) {
            $0.trouble = TransportError(.unreachable, "refused")
        },
        Row("a connection without a name, told of once", "connection", nil) {
            $0.trouble = TransportError(.unresolved, "no address")
        },
        Row("a certificate that has expired", "certificate", .failure) {
            $0.certificate = certificate(days: -1)
        },
        Row("a certificate that ends soon", "certificate", .warning) {
            $0.certificate = certificate(days: 6)
        },
        Row("a certificate with a week to go", "certificate", .ok) {
            $0.certificate = certificate(days: 8)
        },
        Row("a certificate that is not trusted", "certificate", .unknown) {
            $0.trouble = TransportError(.tls, "not trusted")
        },
        Row("no TLS", "certificate", nil) { $0.certificate = nil },
        Row("a clock that is 29 s behind", "clock", .ok) { $0.clockOffset = .seconds(29) },
        Row("a clock that is 31 s behind", "clock", .warning) { $0.clockOffset = .seconds(31) },
        Row("a clock that is 31 s ahead", "clock", .warning) { $0.clockOffset = .seconds(-31) },
        Row("a clock that is 5 min behind", "clock", .warning) { $0.clockOffset = .seconds(300) },
        Row("a clock that is more behind", "clock", .failure) { $0.clockOffset = .seconds(301) },
        Row("a clock that is more ahead", "clock", .failure) { $0.clockOffset = .seconds(-301) },
        Row("a service without a clock", "clock", .unknown) { $0.clockOffset = nil },
        Row("a service that is not reached", "clock", nil) {
            $0.trouble = TransportError(.unreachable, "refused")
        },
        Row("no credentials", "credentials", .failure) {
            $0.credentials = .failure(CredentialError(.missing, "no AWS credentials"))
        },
        Row("credentials for an hour", "credentials", .ok) {
            $0.credentials = .success(temporary(3_600))
        },
        Row("credentials for ten minutes", "credentials", .warning) {
            $0.credentials = .success(temporary(600))
        },
        Row("credentials that have expired", "credentials", .failure) {
            $0.credentials = .success(temporary(-1))
        },
        Row("credentials that nobody knows", "identity", .failure) {
            $0.identity = .failure(refused("InvalidClientTokenId"))
        },
        Row("a wrong secret", "identity", .failure) {
            $0.identity = .failure(refused("SignatureDoesNotMatch"))
        },
        Row("an STS that does not answer", "identity", .unknown) {
            $0.identity = .failure(CredentialError(.unavailable, "no answer"))
        },
        Row("payloads in S3", "payloads", .unknown) {
            $0.payloads = .success(
                Endpoint(url: "https://s3", region: "eu-west-1", isConfigured: false))
        },
        Row("payloads in an S3 that is no URL", "payloads", .warning) {
            $0.payloads = .failure(SettingError(.invalid, "AWS_ENDPOINT_URL_S3"))
        },
        Row("nobody to ask about", "identity", nil) { $0.identity = nil },
    ]

    @Test(arguments: rows)
    func `each fact is judged`(row: Row) {
        var facts = Self.sound
        row.change(&facts)
        let found = ServiceJudgement(facts, now: Self.now).diagnoses
        #expect(found.first { $0.check == row.check }?.verdict == row.verdict, "\(found)")
    }

    @Test func `a sound way is all ok, and no secret is told`() {
        let found = ServiceJudgement(Self.sound, now: Self.now).diagnoses
        #expect(found.allSatisfy { $0.verdict == .ok })
        #expect(found.count == 7)
        #expect(!found.contains { $0.text.contains("very-secret") })
        #expect(found.contains { $0.text.contains("AKIDEXAMPLE") })
    }
}
