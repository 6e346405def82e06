import AWS
import FoundationEssentials
import HTTP
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct InstanceMetadataTests {
    private let noon = Date(timeIntervalSince1970: 1_700_000_000)

    private func lookUp(
        _ server: LocalServer, _ more: Environment = [:]
    ) async throws -> CredentialLookup {
        let environment = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url].merging(more) { $1 }
        let metadata = InstanceMetadata(
            environment: environment, transport: URLSessionTransport())
        return try await InstanceMetadataProvider(metadata: metadata, now: { noon }).lookUp()
    }

    @Test func `every question carries a token`() async throws {
        try await LocalServer.with(FakeAWS.answer) { server in
            guard case .found(let credentials) = try await lookUp(server) else {
                Issue.record("nothing found")
                return
            }
            #expect(credentials.accessKeyID == "ASIAINSTANCE")
            #expect(credentials.sessionToken == "instance-session")
            let gets = server.requests.filter { $0.method == "GET" }
            #expect(gets.count == 2)
            for get in gets {
                #expect(get.headers["X-aws-ec2-metadata-token"] == FakeAWS.metadataToken)
            }
        }
    }

    /// Version 1 is a plain GET: there must never be one.
    @Test(arguments: [403, 404, 405])
    func `without a token nothing is asked`(status: Int) async throws {
        try await LocalServer.with { request in
            request.method == "PUT"
                ? HTTPResponse(status: status) : FakeAWS.text("version 1")
        } _: { server in
            let absent = CredentialLookup.absent(
                "EC2 instance metadata: \(server.url) answered \(status)")
            let found = try await lookUp(server)
            #expect(found == absent)
            #expect(server.requests.map(\.method) == ["PUT"])
        }
    }

    /// Which of nine sources it was is what an operator has to know, hours after the start.
    @Test func `an instance that falls silent is named alone, as a passing trouble`() async throws {
        let isGone = Mutex(false)
        try await LocalServer.with { request in
            isGone.withLock { $0 } ? HTTPResponse(status: 404) : FakeAWS.answer(request)
        } _: { server in
            let cache = CredentialCache(
                provider: StandardCredentialProvider(
                    settings: AWSSettings(region: "eu-west-1"),
                    dependencies: AWSDependencies(
                        environment: ["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url],
                        transport: URLSessionTransport(), processRunner: Children())))
            let held = try await cache.credentials()
            isGone.withLock { $0 = true }
            cache.invalidate(held)
            let error = await #expect(throws: CredentialError.self) {
                try await cache.credentials()
            }
            #expect(error?.kind == .unavailable)
            #expect(
                error?.description == "the credentials of EC2 instance metadata cannot be renewed: "
                    + "\(server.url) answered 404")
        }
    }

    @Test func `it can be turned off`() async throws {
        try await LocalServer.with(FakeAWS.answer) { server in
            let found = try await lookUp(server, ["AWS_EC2_METADATA_DISABLED": "TRUE"])
            #expect(found == .absent("EC2 instance metadata: AWS_EC2_METADATA_DISABLED is set"))
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `no service is no error, a service in trouble is`() async throws {
        let dead = InstanceMetadataProvider(
            metadata: InstanceMetadata(environment: [:], transport: DeadTransport()),
            now: { noon })
        #expect(
            try await dead.lookUp()
                == .absent("EC2 instance metadata: http://169.254.169.254 gave no answer"))
        try await LocalServer.with { _ in
            HTTPResponse(status: 503)
        } _: { server in
            let error = await #expect(throws: CredentialError.self) {
                try await lookUp(server)
            }
            #expect(error?.kind == .unavailable)
        }
    }

    private func answering(_ document: String) -> @Sendable (HTTPRequest) -> HTTPResponse {
        { request in
            request.url.hasSuffix(FakeAWS.instanceRole)
                ? FakeAWS.text(document) : FakeAWS.answer(request)
        }
    }

    @Test func `a role without credentials is an error with its code`() async throws {
        let document = #"{"Code": "AssumeRoleUnauthorizedAccess", "Message": "no trust"}"#
        try await LocalServer.with(answering(document)) { server in
            let error = await #expect(throws: CredentialError.self) { try await lookUp(server) }
            #expect(error?.kind == .refused)
            #expect(
                error?.description.contains("AssumeRoleUnauthorizedAccess no trust") == true)
        }
    }

    @Test func `expired credentials are used on while the service has no others`() async throws {
        let document = """
            {"Code": "Success", "AccessKeyId": "A", "SecretAccessKey": "s", "Token": "t",
            "Expiration": "2023-11-14T22:00:00Z"}
            """
        try await LocalServer.with(answering(document)) { server in
            guard case .found(let credentials) = try await lookUp(server) else {
                Issue.record("nothing found")
                return
            }
            #expect(credentials.expiration == noon.addingTimeInterval(15 * 60))
        }
    }
}
