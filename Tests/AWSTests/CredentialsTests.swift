import AWS
import Calendar
import FoundationEssentials
import Testing

struct CredentialsTests {
    @Test func `no description shows the secret or the token`() {
        let credentials = Credentials(
            accessKeyID: "AKIDSHOWN", secretAccessKey: "the-secret", sessionToken: "the-token",
            expiration: Date(timeIntervalSince1970: 0), source: "test")
        var dumped = ""
        dump((credentials, [credentials]), to: &dumped)
        let settings = AWSSettings(credentials: credentials)
        let event = CredentialCache.Event.renewed(credentials)
        for text in ["\(credentials)", "\(settings)", "\(event)", dumped] {
            #expect(text.contains("AKIDSHOWN"))
            #expect(!text.contains("the-secret"))
            #expect(!text.contains("the-token"))
        }
        #expect(
            credentials.description == "credentials AKIDSHOWN until 1970-01-01T00:00:00Z (test)")
    }

    @Test func `the environment gives keys, token and expiration`() async throws {
        let provider = EnvironmentProvider(environment: [
            "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t",
            "AWS_CREDENTIAL_EXPIRATION": "2026-01-31T12:00:00Z",
        ])
        let expected = Credentials(
            accessKeyID: "A", secretAccessKey: "s", sessionToken: "t",
            expiration: Date(iso8601: "2026-01-31T12:00:00Z"), source: "environment")
        #expect(try await provider.lookUp() == .found(expected))
    }

    @Test func `half of the environment's keys is an error that says what to do`() async {
        let error = await #expect(throws: CredentialError.self) {
            try await EnvironmentProvider(environment: ["AWS_ACCESS_KEY_ID": "A"]).lookUp()
        }
        #expect(
            error
                == CredentialError(
                    .misconfigured,
                    "AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not: set both or neither."))
    }
}
