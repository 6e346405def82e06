import AWS
import Foundation
import TestKit
import Testing

/// Which credentials are chosen, compared with botocore's choice in the same environment.
struct CredentialOrderTests {
    struct Scenario: Encodable, Sendable {
        let name: String
        var environment: Environment
        var profile: String?
        var config = ""
        var credentials = ""

        enum CodingKeys: CodingKey { case environment, profile }

        init(
            _ name: String, _ environment: Environment = [:], profile: String? = nil,
            config: String = "", credentials: String = ""
        ) {
            self.name = name
            self.environment = environment
            self.profile = profile
            self.config = config
            self.credentials = credentials
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `the credentials chosen are those botocore chooses`() async throws {
        try await LocalServer.with(FakeAWS.answer) { server in
            try await TemporaryFolder.with { directory in
                let scenarios = try Self.scenarios.enumerated().map { index, scenario in
                    try prepared(scenario, "\(directory)/\(index)", server: server.url)
                }
                let expected = try await Botocore.ask("chain", scenarios, as: [String].self)
                try #require(expected.count == scenarios.count)
                for (scenario, answer) in zip(scenarios, expected) {
                    #expect(await chosen(scenario) == answer, "\(scenario.name)")
                }
                // The table is of no use if all its scenarios end alike.
                #expect(Set(expected).count > 15)
            }
        }
    }

    private func chosen(_ scenario: Scenario) async -> String {
        let provider = StandardCredentialProvider(
            settings: AWSSettings(profile: scenario.profile),
            dependencies: AWSDependencies(
                environment: scenario.environment, transport: URLSessionTransport(),
                processRunner: Children()))
        do {
            guard case .found(let credentials) = try await provider.lookUp() else { return "?" }
            return "\(credentials.accessKeyID) \(credentials.sessionToken ?? "-")"
        } catch {
            return error.kind == .missing ? "none" : "error"
        }
    }

    private func prepared(
        _ scenario: Scenario, _ path: String, server: String
    ) throws -> Scenario {
        try write(scenario.config, to: path + ".config")
        try write(scenario.credentials, to: path + ".credentials")
        try write("identity-token", to: path + ".token")
        var prepared = scenario
        let standing = [
            "HOME": "/nonexistent", "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_CONFIG_FILE": path + ".config",
            "AWS_SHARED_CREDENTIALS_FILE": path + ".credentials", "AWS_ENDPOINT_URL_STS": server,
            "AWS_EC2_METADATA_DISABLED": "true",
        ]
        prepared.environment.merge(standing) { own, _ in own }
        prepared.environment = prepared.environment.mapValues {
            $0.replacing("SERVER", with: server).replacing("TOKEN", with: path + ".token")
        }
        let config = scenario.config.replacing("TOKEN", with: path + ".token")
        try write(config, to: path + ".config")
        return prepared
    }

    private static let keys = ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "s"]
    private static let web = [
        "AWS_WEB_IDENTITY_TOKEN_FILE": "TOKEN", "AWS_ROLE_ARN": "arn:aws:iam::1:role/webrole",
    ]
    private static let container = [
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "SERVER/container",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": FakeAWS.containerToken,
    ]
    private static let instance = [
        "AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "SERVER",
    ]
    private static let process =
        #"credential_process = echo "#
        + #"'{"Version": 1, "AccessKeyId": "PROCESS", "SecretAccessKey": "s"}'"#

    private static func pair(_ id: String) -> String {
        "aws_access_key_id = \(id)\naws_secret_access_key = s\n"
    }

    private static func role(_ name: String) -> String {
        "role_arn = arn:aws:iam::1:role/\(name)\n"
    }

    private static func with(_ parts: Environment...) -> Environment {
        parts.reduce([:]) { $0.merging($1) { _, new in new } }
    }

    static let scenarios = single + profiles + roles + webIdentity + services

    private static let single = [
        Scenario("nothing"), Scenario("keys in the environment", keys),
        Scenario(
            "old and new token", with(keys, ["AWS_SECURITY_TOKEN": "o", "AWS_SESSION_TOKEN": "n"])),
        Scenario("half a pair", ["AWS_ACCESS_KEY_ID": "ENV"]),
        Scenario(
            "secret alone", ["AWS_SECRET_ACCESS_KEY": "s"], credentials: "[default]\n" + pair("F")),
        Scenario("credentials file", credentials: "[default]\n" + pair("FILE")),
        Scenario("config file", config: "[default]\n" + pair("CONFIG") + "aws_session_token = t"),
        Scenario(
            "both files", config: "[default]\n" + pair("CONFIG"),
            credentials: "[default]\n" + pair("FILE")),
        Scenario("half a pair in the file", credentials: "[default]\naws_access_key_id = X"),
        Scenario("a broken file", credentials: "[default]\nnonsense"),
        Scenario("process", config: "[default]\n" + process),
        Scenario("process and config keys", config: "[default]\n\(process)\n" + pair("CONFIG")),
        Scenario(
            "process and file keys", config: "[default]\n" + process,
            credentials: "[default]\n" + pair("FILE")),
        Scenario("failing process", config: "[default]\ncredential_process = false"),
        Scenario("process that prints no JSON", config: "[default]\ncredential_process = echo no"),
    ]

    private static let profiles = [
        Scenario(
            "profile by variable", ["AWS_PROFILE": "a"],
            credentials: "[default]\n\(pair("D"))[a]\n" + pair("A")),
        Scenario(
            "both profile variables", ["AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "b"],
            credentials: "[a]\n\(pair("A"))[b]\n" + pair("B")),
        Scenario(
            "keys and a profile variable", with(keys, ["AWS_PROFILE": "a"]),
            credentials: "[a]\n" + pair("A")),
        Scenario("keys and a given profile", keys, profile: "a", credentials: "[a]\n" + pair("A")),
        Scenario("keys and a given profile without any", keys, profile: "a", config: "[profile a]"),
        Scenario("profile that is not there", ["AWS_PROFILE": "gone"]),
        Scenario("keys and a profile that is not there", with(keys, ["AWS_PROFILE": "gone"])),
        Scenario("given profile that is not there", profile: "gone"),
    ]

    private static let roles = [
        Scenario(
            "role",
            config: "[default]\n\(role("one"))source_profile = base\n[profile base]\n"
                + pair("BASE")),
        Scenario(
            "role with settings",
            config: "[default]\n\(role("one"))source_profile = base\n"
                + "external_id = e/1\nduration_seconds = 1800\nrole_session_name = me",
            credentials: "[base]\n" + pair("BASE")),
        Scenario(
            "role in the credentials file",
            credentials: "[default]\n\(role("one"))source_profile = base\n[base]\n" + pair("BASE")),
        Scenario(
            "chain of roles",
            config: "[default]\n\(role("two"))source_profile = mid\n"
                + "[profile mid]\n\(role("one"))source_profile = base\n[profile base]\n"
                + pair("BASE")),
        Scenario(
            "circle",
            config: "[default]\n\(role("a"))source_profile = b\n"
                + "[profile b]\n\(role("b"))source_profile = default"),
        Scenario(
            "role of its own keys",
            config: "[default]\n\(role("self"))source_profile = default\n" + pair("OWN")),
        Scenario("role of itself", config: "[default]\n\(role("self"))source_profile = default"),
        Scenario("role without a source", config: "[default]\n" + role("one")),
        Scenario(
            "role with an unknown source",
            config: "[default]\n\(role("one"))source_profile = gone"),
        Scenario(
            "role with two sources",
            config:
                "[default]\n\(role("one"))source_profile = default\ncredential_source = Environment"
        ),
        Scenario(
            "role with an odd source", config: "[default]\n\(role("one"))credential_source = Sky"),
        Scenario(
            "role from the environment", keys, profile: "a",
            config: "[profile a]\n\(role("one"))credential_source = Environment"),
        Scenario(
            "role from an empty environment", profile: "a",
            config: "[profile a]\n\(role("one"))credential_source = Environment"),
        Scenario(
            "role from the container", container,
            config: "[default]\n\(role("one"))credential_source = EcsContainer"),
        Scenario(
            "role from the instance", instance,
            config: "[default]\n\(role("one"))credential_source = Ec2InstanceMetadata"),
        Scenario(
            "role from a process",
            config: "[default]\n\(role("one"))source_profile = p\n[profile p]\n" + process),
        Scenario(
            "role from a web identity",
            config:
                "[default]\n\(role("two"))source_profile = w\n"
                + "[profile w]\n\(role("one"))web_identity_token_file = TOKEN"
        ),
        Scenario(
            "role that is refused",
            config: "[default]\n\(role("denied"))source_profile = b\n[profile b]\n" + pair("B")),
        Scenario(
            "role and a web identity variable", web,
            config: "[default]\n\(role("one"))source_profile = b\n[profile b]\n" + pair("B")),
    ]

    private static let webIdentity = [
        Scenario("web identity", web),
        Scenario("web identity and keys", with(web, keys)),
        Scenario("web identity and file", web, credentials: "[default]\n" + pair("FILE")),
        Scenario(
            "web identity and a profile variable", with(web, ["AWS_PROFILE": "a"]),
            credentials: "[a]\n" + pair("A")),
        Scenario(
            "web identity and a given profile", web, profile: "a",
            credentials: "[a]\n" + pair("A")),
        Scenario("web identity without a role", ["AWS_WEB_IDENTITY_TOKEN_FILE": "TOKEN"]),
        Scenario(
            "web identity without its file", with(web, ["AWS_WEB_IDENTITY_TOKEN_FILE": "/gone"])),
        Scenario(
            "web identity of a profile",
            config: "[default]\n\(role("one"))web_identity_token_file = TOKEN"),
    ]

    private static let services = [
        Scenario("container", container), Scenario("instance", instance),
        Scenario("container and instance", with(container, instance)),
        Scenario("file and container", container, credentials: "[default]\n" + pair("FILE")),
        Scenario(
            "container that refuses", with(container, ["AWS_CONTAINER_AUTHORIZATION_TOKEN": "x"])),
        Scenario(
            "container with a token file",
            with(container, ["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/gone"])),
    ]
}
