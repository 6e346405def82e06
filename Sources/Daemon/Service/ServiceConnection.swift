package import AWS
import FoundationEssentials
import HTTP
import HTTPTransport
package import HandlerLibrary
package import Logging
import S3
package import SQS

/// The way to SQS: transport, credentials, region, endpoint and client, made from one reading of
/// the environment. End it with ``close()``.
package struct ServiceConnection: Sendable {
    package let service: SQSClient
    let endpoint: SQSEndpoint
    /// The client for payloads in S3.
    let objects: S3Client
    /// The daemon's own, for handlers that are given them.
    package let credentials: CredentialCache
    /// Where SQS is reached.
    package let region: String
    /// The credentials that requests are signed with, for handlers that ask for them.
    package let handlerCredentials: HandlerCredentials
    private let ownedTransport: NIOTransport

    /// Sends nothing but, where only an instance knows its region, a question to its metadata.
    ///
    /// - Parameters:
    ///   - queue: a queue's URL or ARN, which may say the region.
    /// - Throws: `SettingError` where region, endpoint, profile, the certificate authorities for
    ///   AWS or a proxy cannot be used.
    package static func open(
        settings: AWSSettings, environment: [String: String], queue: String?, logger: Logger
    ) async throws(SettingError) -> ServiceConnection {
        var options = NIOTransport.Options()
        let bundle = try CertificateBundle.find(settings: settings, environment: environment)
        options.certificateAuthorities = try bundle?.checkedPath
        options.proxies = try proxies(environment)
        let transport = NIOTransport(options, eventLoop: NetworkThread.shared.loop)
        do throws(SettingError) {
            let context = try AWSContext(
                settings: settings,
                dependencies: AWSDependencies(
                    environment: environment, transport: transport,
                    processRunner: CredentialProcessRunner(environment: environment)),
                report: { CredentialLog.log($0, to: logger) })
            let endpoint = try await context.sqsEndpoint(forQueue: queue)
            let destination: SQSEndpoint =
                endpoint.isConfigured ? .configured(endpoint.url) : .regional(endpoint.url)
            let client = makeClient(
                context: context, endpoint: destination, region: endpoint.region,
                transport: transport, logger: logger)
            let objects = S3Client(
                transport: transport, region: endpoint.region, credentials: context.credentials
            ) { (region: String) throws(SettingError) -> Endpoint in
                try context.endpoint(for: .s3, in: Region(name: region, source: "the bucket"))
            }
            return ServiceConnection(
                service: client, endpoint: destination, objects: objects,
                credentials: context.credentials,
                region: endpoint.region,
                handlerCredentials: HandlerCredentials(
                    context.credentials, region: endpoint.region),
                ownedTransport: transport)
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    /// The proxies that the environment names.
    ///
    /// - Throws: where it names one that cannot be a proxy.
    static func proxies(
        _ environment: [String: String]
    ) throws(SettingError) -> ProxySettings {
        do throws(ProxySettings.Problem) {
            return try ProxySettings(environment: environment)
        } catch {
            throw SettingError(
                .invalid, "\(error). Name a proxy as http://USER:PASSWORD@HOST:PORT, or none.")
        }
    }

    /// Cuts what is under way.
    package func close() async {
        await ownedTransport.shutdown()
    }

    private static func makeClient(
        context: AWSContext, endpoint: SQSEndpoint, region: String, transport: any Transport,
        logger: Logger
    ) -> SQSClient {
        let signer = SigV4Signer(service: "sqs", region: region)
        let credentials = context.credentials
        return SQSClient(
            transport: transport,
            endpoint: endpoint,
            sign: { (request: HTTPRequest) async throws(SQSError) -> SignedRequest in
                var signed = request
                let used: Credentials
                do throws(CredentialError) {
                    used = try await credentials.credentials()
                } catch {
                    throw SQSError(error)
                }
                signer.sign(&signed, with: used, at: Date())
                return SignedRequest(signed) { credentials.invalidate(used) }
            },
            pacing: QuotaPacing(),
            onCorrupted: { message in
                logger.error("\(message.explanation)", metadata: message.metadata)
            })
    }
}

extension CertificateBundle {
    /// The path, of what can be used.
    var checkedPath: String {
        get throws(SettingError) {
            do throws(CertificateAuthorities.Problem) {
                try CertificateAuthorities.check(path)
                return path
            } catch {
                throw SettingError(
                    .invalid,
                    "\(source): \(error). Name a file of the certificate authorities to trust for "
                        + "AWS, or none for those of the system.")
            }
        }
    }
}

extension HandlerCredentials {
    /// The credentials as the variables of the AWS SDKs and tools.
    fileprivate init(_ cache: CredentialCache, region: String) {
        self.init {
            let current = try await cache.credentials()
            var variables = [
                "AWS_ACCESS_KEY_ID": current.accessKeyID,
                "AWS_SECRET_ACCESS_KEY": current.secretAccessKey,
                "AWS_REGION": region, "AWS_DEFAULT_REGION": region,
            ]
            variables["AWS_SESSION_TOKEN"] = current.sessionToken
            return variables
        }
    }
}

extension SQSError {
    /// A source of credentials that does not answer is a passing trouble, as the network is; none,
    /// a wrong or a refusing one is not.
    fileprivate init(_ error: CredentialError) {
        switch error.kind {
        case .unavailable:
            self.init(.transient, code: "CredentialsUnavailable", error.description)
        case .cancelled:
            self.init(.cancelled, code: "Cancelled", error.description)
        case .missing:
            self.init(.credentials, code: SQSError.noCredentials, error.description)
        case .misconfigured, .refused:
            self.init(.credentials, code: "CredentialsRefused", error.description)
        }
    }

    /// The code where no source has credentials.
    static let noCredentials = "NoCredentials"
}
