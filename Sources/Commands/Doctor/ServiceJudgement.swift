import AWS
import Calendar
package import Daemon
package import FoundationEssentials
import HTTP
import HTTPTransport

/// The judgement of the way to SQS: region, endpoint, name, proxy, TLS, clock and credentials.
package struct ServiceJudgement {
    /// AWS refuses a signature whose time differs by more (AWS General Reference, "Elements of an
    /// AWS API request signature").
    private static let refusedOffset = Duration.seconds(300)
    /// A clock that is kept is within a second; so much is one that is not.
    private static let oddOffset = Duration.seconds(30)
    /// A certificate that nobody renewed until then is likely to be forgotten.
    private static let soon = 7.0 * 86_400
    /// Credentials that their source does not renew end soon after.
    private static let shortLife = 900.0

    private let facts: ServiceFacts
    private let now: Date

    package init(_ facts: ServiceFacts, now: Date) {
        self.facts = facts
        self.now = now
    }

    package var diagnoses: [Diagnosis] {
        [endpoint, name, connection, certificate, clock, credentials, identity, payloads]
            .compactMap(\.self)
    }

    /// Whether queues would answer: where the way to them is not open, they say the same again.
    package var isOpen: Bool { !diagnoses.contains { $0.verdict == .failure } }

    private var host: String { URLParts(facts.endpoint.url)?.host ?? facts.endpoint.url }
    private var isLocal: Bool { URLParts(facts.endpoint.url)?.isLoopback ?? false }

    private var endpoint: Diagnosis {
        .ok(
            "endpoint",
            "\(facts.endpoint.url) in \(facts.region.name), which \(facts.region.source) names"
                + (facts.proxy.map { ", through the proxy \($0)" } ?? ""))
    }

    private var name: Diagnosis? {
        switch facts.addresses {
        case .none: nil
        case .success(let addresses):
            .ok("name", "\(host) is \(addresses.joined(separator: ", "))")
        case .failure(let error):
            .failure(
                "name", "\(host) has no address: \(error)",
                remedy: "correct region or endpoint_url, or this machine's DNS (resolvectl query "
                    + "\(host)); behind a proxy set HTTPS_PROXY")
        }
    }

    private var connection: Diagnosis? {
        guard let trouble = facts.trouble else { return .ok("connection", "made") }
        // The name was told of already.
        guard trouble.kind != .unresolved || facts.proxy != nil else { return nil }
        return .failure(
            "connection", trouble.description,
            remedy: trouble.kind == .tls
                ? "name the authority that vouches for the certificate, by AWS_CA_BUNDLE or "
                    + "ca_bundle of the profile, or correct endpoint_url"
                : "see endpoint_url, and what is on the way: a firewall, a proxy, no route")
    }

    private var certificate: Diagnosis? {
        guard let certificate = facts.certificate else { return nil }
        let end = Date(timeIntervalSince1970: Double(certificate.notAfter))
        let text =
            "of \(certificate.subject), by \(certificate.issuer), until \(CivilTime(end).iso8601)"
        if end <= now {
            return .failure("certificate", text, remedy: "have the server's certificate renewed")
        }
        // That it is not trusted is told with the connection.
        if facts.trouble?.kind == .tls { return .unknown("certificate", text) }
        return end.timeIntervalSince(now) > Self.soon
            ? .ok("certificate", text)
            : .warning("certificate", text, remedy: "have the server's certificate renewed soon")
    }

    private var clock: Diagnosis? {
        guard facts.trouble == nil else { return nil }
        guard let offset = facts.clockOffset else {
            return .unknown("clock", "the endpoint does not say what time it is")
        }
        let size = offset < .zero ? .zero - offset : offset
        let text =
            size < .seconds(2)
            ? "as the service's"
            : "\(size.readable) \(offset > .zero ? "behind" : "ahead of") the service's"
        let remedy = "synchronise this machine's clock: timedatectl set-ntp true"
        if size > Self.refusedOffset { return .failure("clock", text, remedy: remedy) }
        return size > Self.oddOffset
            ? .warning("clock", text, remedy: remedy) : .ok("clock", text)
    }

    private var credentials: Diagnosis {
        switch facts.credentials {
        case .failure(let error):
            return .failure("credentials", error.description)
        case .success(let credentials):
            guard let end = credentials.expiration else {
                return .ok("credentials", credentials.description)
            }
            if end <= now {
                return .failure(
                    "credentials", "expired: \(credentials)",
                    remedy: "renew them at their source")
            }
            return end.timeIntervalSince(now) < Self.shortLife
                ? .warning(
                    "credentials", "they end soon: \(credentials)",
                    remedy: "see that their source renews them")
                : .ok("credentials", credentials.description)
        }
    }

    private var payloads: Diagnosis? {
        switch facts.payloads {
        case .none: nil
        case .success(let endpoint):
            .unknown("payloads", "whether \(endpoint.url) lets them be read, only a message shows")
        case .failure(let error):
            .warning("payloads", "they cannot be read: \(error.description)")
        }
    }

    /// The codes by which STS says that nobody has these credentials.
    private static let refusals = [
        "InvalidClientTokenId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidAccessKeyId",
        "UnrecognizedClient",
    ]

    private var identity: Diagnosis? {
        switch facts.identity {
        case .none: return nil
        case .success(let arn): return .ok("identity", arn)
        case .failure(let error):
            let text = error.description
            if Self.refusals.contains(where: text.contains) {
                return .failure(
                    "identity", text,
                    remedy: "AWS does not know the credentials: renew them, or correct their "
                        + "source (above)")
            }
            return .unknown(
                "identity",
                isLocal ? "nobody to ask for a server on this machine" : "not known: \(text)")
        }
    }
}
