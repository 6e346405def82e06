import AWS
import HTTP
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AWSContextTests {
    private func context(
        _ settings: AWSSettings = AWSSettings(), _ environment: Environment = [:],
        files: [String: String] = [:], transport: any Transport = DeadTransport()
    ) throws -> AWSContext {
        try AWSContext(
            settings: settings,
            dependencies: AWSDependencies(
                environment: environment.merging(["HOME": "/h"]) { own, _ in own },
                transport: transport, processRunner: Children(),
                readFile: { path in files[path].map { Array($0.utf8) } }))
    }

    @Test func `one reading gives credentials, region and endpoint`() async throws {
        let context = try context(files: [
            "/h/.aws/config": "[default]\nregion = eu-west-3",
            "/h/.aws/credentials":
                "[default]\naws_access_key_id = A\naws_secret_access_key = s",
        ])
        #expect(try await context.credentials.credentials().accessKeyID == "A")
        #expect(
            try await context.sqsEndpoint()
                == Endpoint(
                    url: "https://sqs.eu-west-3.amazonaws.com", region: "eu-west-3",
                    isConfigured: false))
        #expect(
            try await context.sqsEndpoint(forQueue: "arn:aws:sqs:us-east-2:123456789012:q").url
                == "https://sqs.us-east-2.amazonaws.com")
    }

    @Test func `given credentials need no environment`() async throws {
        let local = Credentials(accessKeyID: "local", secretAccessKey: "local")
        let context = try context(
            AWSSettings(
                region: "elsewhere", endpointURL: "http://127.0.0.1:9324", credentials: local),
            ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s"])
        #expect(try await context.credentials.credentials() == local)
        #expect(try await context.sqsEndpoint().url == "http://127.0.0.1:9324")
    }

    @Test func `everything can come from the instance`() async throws {
        try await LocalServer.with(FakeAWS.answer) { server in
            let context = try context(
                AWSSettings(), ["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url],
                transport: URLSessionTransport())
            #expect(try await context.credentials.credentials().accessKeyID == "ASIAINSTANCE")
            #expect(
                try await context.sqsEndpoint().url == "https://sqs.eu-central-1.amazonaws.com")
        }
    }

    @Test func `a profile that is not there is found out at once`() {
        let error = #expect(throws: SettingError.self) { try context(AWSSettings(profile: "gone")) }
        #expect(error?.kind == .missing)
        #expect(error?.description.contains("the profile setting") == true)
    }

    @Test func `what needs no credentials does not look for any`() async throws {
        try await LocalServer.with(FakeAWS.answer) { server in
            let context = try context(
                AWSSettings(region: "eu-west-1"),
                ["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url],
                transport: URLSessionTransport())
            _ = try await context.sqsEndpoint()
            #expect(server.requests.isEmpty)
        }
    }
}
