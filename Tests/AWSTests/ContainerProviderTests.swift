import AWS
import Calendar
import FoundationEssentials
import HTTP
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ContainerProviderTests {
    private func provider(
        _ environment: Environment, _ transport: any Transport = DeadTransport(),
        files: @escaping FileReading = { _ in nil }
    ) -> ContainerProvider {
        ContainerProvider(environment: environment, transport: transport, readFile: files)
    }

    private func failure(_ provider: ContainerProvider) async -> CredentialError? {
        await #expect(throws: CredentialError.self) { try await provider.lookUp() }
    }

    @Test func `the relative address is at the agent of ECS`() async throws {
        try await LocalServer.with(FakeAWS.answer) { server in
            let found = try await provider(
                [
                    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/container",
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/not-this",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN": FakeAWS.containerToken,
                ], URLSessionTransport(rerouted: ["http://169.254.170.2": server.url])
            ).lookUp()
            guard case .found(let credentials) = found else { throw Unexpected() }
            #expect(credentials.accessKeyID == "ASIACONTAINER")
            #expect(credentials.sessionToken == "container-session")
            #expect(credentials.expiration == Date(iso8601: "2099-01-01T00:00:00Z"))
        }
    }

    struct Unexpected: Error {}

    @Test func `the token file is read for every request`() async throws {
        try await LocalServer.with(FakeAWS.answer) { server in
            let reads = Mutex(0)
            let provider = provider(
                [
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/container",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/token",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "not this",
                ], URLSessionTransport(),
                files: { _ in
                    let read = reads.withLock { count in
                        count += 1
                        return count
                    }
                    return Array((read == 1 ? "old" : FakeAWS.containerToken + "\n").utf8)
                })
            let refused = await failure(provider)
            #expect(refused?.kind == .refused)
            #expect(refused?.description.contains("401 Denied: bad token") == true)
            guard case .found = try await provider.lookUp() else { throw Unexpected() }
        }
    }

    @Test(arguments: ["", "\n", "two\nlines", "a b", "caf\u{e9}"])
    func `a token file that is no token is refused`(content: String) async {
        let environment = [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/token",
        ]
        let error = await failure(provider(environment, files: { _ in Array(content.utf8) }))
        #expect(error?.kind == .misconfigured)
        #expect(error?.description.contains("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") == true)
    }

    /// A host that is allowed is asked, and does not answer; another one is not asked.
    @Test(arguments: [
        ("http://127.0.0.1:1/", true), ("http://localhost/", true), ("http://[::1]/", true),
        ("http://169.254.170.2/x", true), ("http://169.254.170.23/v1", true),
        ("http://[fd00:ec2::23]/v1", true), ("https://anywhere.example/", true),
        ("http://anywhere.example/", false), ("http://169.254.169.254/", false),
        ("http://127.0.0.1.example/", false), ("http://169.254.170.2@evil.example/", false),
        ("ftp://localhost/", false), ("/relative", false),
    ])
    func `credentials are asked for in the clear from the agents alone`(
        url: String, isAsked: Bool
    ) async {
        let error = await failure(provider(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url]))
        #expect(error?.kind == (isAsked ? .unavailable : .misconfigured))
    }

    @Test(arguments: [
        (500, "{}", CredentialError.Kind.unavailable), (429, "", .unavailable),
        (404, "{}", .refused), (200, "<html>", .unavailable), (200, "{}", .misconfigured),
        (
            200, #"{"AccessKeyId": "A", "SecretAccessKey": "s", "Expiration": "soon"}"#,
            .misconfigured
        ),
        (
            200, #"{"AccessKeyId": "A", "SecretAccessKey": "s", "Expiration": 1769860800}"#,
            .misconfigured
        ),
    ])
    func `an answer that is none is told apart`(
        status: Int, body: String, kind: CredentialError.Kind
    ) async throws {
        try await LocalServer.with { _ in
            HTTPResponse(status: status, body: Array(body.utf8))
        } _: { server in
            let environment = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url]
            #expect(await failure(provider(environment, URLSessionTransport()))?.kind == kind)
        }
    }
}
