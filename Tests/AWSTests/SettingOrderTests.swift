import AWS
import Settings
import SubscriberConfiguration
import TestKit
import Testing

/// Keys, region and server of a request, by all that can name them: what is asked of the program,
/// the variables of the AWS tools and their files. Each row is compared with botocore's request.
struct SettingOrderTests {
    /// How something is asked of this program.
    enum Way: CaseIterable {
        case flags, variables, file
    }

    @Test(.timeLimit(.minutes(3)))
    func `a request is the one that botocore makes, or differs for a reason`() async throws {
        try await LocalServer.with(FakeAWS.answer) { server in
            try await TemporaryFolder.with { folder in
                let rows = try SettingRow.all.map { try $0.prepared(in: folder, server.url) }
                let expected = try await Botocore.ask("requests", rows, as: [String].self)
                try #require(expected.count == rows.count)
                for (row, answer) in zip(rows, expected) {
                    for way in Way.allCases where row.applies(to: way) {
                        let request = await Self.request(row, way, folder)
                        #expect(request == row.difference?.ours ?? answer, "\(row.name), \(way)")
                    }
                    #expect(row.difference?.ours != answer, "\(row.name) differs no more")
                }
                // The table is of no use if its rows end alike.
                #expect(rows.count >= 80 && Set(expected).count > 30)
            }
        }
    }

    /// The variables of the AWS tools go before the configuration file, and keep their rank: no
    /// `AWS_PROFILE` keeps keys from being used.
    @Test(arguments: [
        (["AWS_PROFILE": "green"], "profile = \"blue\"", "AKGREEN - eu-west-1"),
        (SettingRow.keys.with("AWS_PROFILE", "green"), "profile = \"blue\"", "AKENV - eu-west-1"),
        (SettingRow.keys, "profile = \"blue\"", "AKBLUE - us-east-2"),
        (
            ["AWS_DEFAULT_REGION": "ca-central-1"], "region = \"eu-west-3\"",
            "AKDEFAULT - ca-central-1"
        ),
        (["AWS_USE_FIPS_ENDPOINT": "false"], "use_fips = true", "AKDEFAULT - us-east-1"),
        (["AWS_USE_DUALSTACK_ENDPOINT": "1"], "use_dualstack = true", "AKDEFAULT - us-east-1"),
    ])
    func `variables of the AWS tools win over the file of this program`(
        environment: Environment, file: String, request: String
    ) async throws {
        try await TemporaryFolder.with { folder in
            var row = try SettingRow("", environment).prepared(in: folder, "http://127.0.0.1:9")
            row.file = file
            let region = request.split(separator: " ").last ?? ""
            #expect(
                await Self.request(row, .file, folder)
                    == "\(request) https://sqs.\(region).amazonaws.com")
        }
    }

    private static func request(_ row: SettingRow, _ way: Way, _ folder: String) async -> String {
        do {
            let configuration = try loader(row, way, folder).load()
            let context = try AWSContext(
                settings: configuration.aws,
                dependencies: AWSDependencies(
                    environment: row.environment, transport: URLSessionTransport(),
                    processRunner: Children()))
            let endpoint = try await context.sqsEndpoint(forQueue: "orders")
            let credentials = try await context.credentials.credentials()
            return "\(credentials.accessKeyID) \(credentials.sessionToken ?? "-") "
                + "\(endpoint.region) \(endpoint.url)"
        } catch {
            return "error"
        }
    }

    private static func loader(
        _ row: SettingRow, _ way: Way, _ folder: String
    ) throws -> ConfigurationLoader {
        var environment = row.environment
        var overrides: [ConfigurationOverride] = []
        var file = "[aws]\n" + row.file
        for (key, value) in row.asked {
            switch way {
            case .flags:
                overrides.append(
                    ConfigurationOverride(key: "aws.\(key)", value: value, flag: "--\(key)"))
            case .variables: environment["SQS_SUBSCRIBER_AWS_\(key.uppercased())"] = value
            case .file: file += "\n\(key) = " + (key.hasPrefix("use_") ? value : "\"\(value)\"")
            }
        }
        try write(file, to: folder + "/sqs-subscriber.toml")
        return ConfigurationLoader(
            onlyDirectory: folder, environment: environment, overrides: overrides,
            queues: ["orders"])
    }
}
