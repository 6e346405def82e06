import AWS

/// A row of the table that ``SettingOrderTests`` compares with botocore.
struct SettingRow: Encodable, Sendable {
    /// Why this program does otherwise, on purpose.
    struct Difference {
        let ours: String
        let reason: String
    }

    let name: String
    var environment: Environment
    /// What is asked of the program itself: `profile`, `region`, `endpoint_url`, `use_fips`,
    /// `use_dualstack`.
    let asked: [String: String]
    let difference: Difference?
    /// What `[aws]` of this program's file says besides.
    var file = ""

    private enum CodingKeys: CodingKey { case environment, asked }

    init(
        _ name: String, _ environment: Environment = [:], asked: [String: String] = [:],
        ours: String? = nil, because reason: String = ""
    ) {
        self.name = name
        self.environment = environment
        self.asked = asked
        difference = ours.map { Difference(ours: $0, reason: reason) }
    }

    /// Whether it can be asked like that; what a file says loses to the variables of the AWS tools.
    func applies(to way: SettingOrderTests.Way) -> Bool {
        switch way {
        case .variables: true
        case .flags: !asked.isEmpty && !asked.keys.contains { $0.hasPrefix("use_") }
        case .file:
            !asked.isEmpty
                && !asked.keys.contains { key in
                    Self.variables[key, default: []].contains { environment[$0] != nil }
                }
        }
    }

    private static let variables = [
        "profile": ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"],
        "region": ["AWS_REGION", "AWS_DEFAULT_REGION"],
        "endpoint_url": ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS"],
        "use_fips": ["AWS_USE_FIPS_ENDPOINT"], "use_dualstack": ["AWS_USE_DUALSTACK_ENDPOINT"],
    ]

    /// The row with the files that all share, which are written, and the server of the others.
    func prepared(in folder: String, _ server: String) throws -> SettingRow {
        try write(Self.config.replacing("SERVER", with: server), to: folder + "/config")
        try write(Self.credentials, to: folder + "/credentials")
        try write("identity-token", to: folder + "/token")
        var row = self
        let standing = [
            "HOME": "/nonexistent", "AWS_CONFIG_FILE": folder + "/config",
            "AWS_SHARED_CREDENTIALS_FILE": folder + "/credentials",
            "AWS_ENDPOINT_URL_STS": server, "AWS_EC2_METADATA_DISABLED": "true",
        ]
        row.environment.merge(standing) { own, _ in own }
        row.environment = row.environment.mapValues {
            $0.replacing("SERVER", with: server).replacing("TOKEN", with: folder + "/token")
        }
        return row
    }

    private static let config = """
        [default]
        region = us-east-1
        [profile blue]
        region = us-east-2
        [profile green]
        region = eu-west-1
        [profile keyless]
        region = eu-north-1
        [profile placeless]
        aws_access_key_id = AKPLACELESS
        aws_secret_access_key = s
        [profile instance]
        region = us-west-2
        ec2_metadata_service_endpoint = SERVER
        ec2_metadata_service_endpoint_mode = ipv6
        [profile role]
        region = eu-west-2
        role_arn = arn:aws:iam::1:role/one
        source_profile = blue
        [profile fips]
        region = us-west-2
        use_fips_endpoint = true
        [profile dual]
        region = us-west-2
        use_dualstack_endpoint = true
        [profile url]
        region = us-west-2
        endpoint_url = http://127.0.0.1:1111
        [profile deaf]
        region = us-west-2
        endpoint_url = http://127.0.0.1:1111
        ignore_configured_endpoint_urls = true
        [profile served]
        region = us-west-2
        services = local
        endpoint_url = http://127.0.0.1:1111
        [profile others]
        region = us-west-2
        services = foreign
        endpoint_url = http://127.0.0.1:1111
        [profile lost]
        region = us-west-2
        services = nowhere
        [services local]
        sqs =
          endpoint_url = http://127.0.0.1:2222
        [services foreign]
        s3 =
          endpoint_url = http://127.0.0.1:3333
        """

    private static let credentials =
        ["default", "blue", "green"]
        .map { "[\($0)]\n" + pair("AK\($0.uppercased())") }
        .joined()
        + ["fips", "dual", "url", "deaf", "served", "others", "lost"]
        .map { "[\($0)]\n" + pair("AKFILE") }.joined()

    private static func pair(_ id: String) -> String {
        "aws_access_key_id = \(id)\naws_secret_access_key = s\n"
    }
}

extension Environment {
    func with(_ name: String, _ value: String) -> Environment {
        merging([name: value]) { _, new in new }
    }

    func with(_ other: Environment) -> Environment {
        merging(other) { _, new in new }
    }
}
