import AWS

extension SettingRow {
    static let all = identities + roles + profileOfInstance + regions + endpoints + variants

    static let keys = ["AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "s"]
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
    private static let url = ["AWS_ENDPOINT_URL": "http://127.0.0.1:4444"]
    private static let sqsURL = ["AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:5555"]
    private static let ignoring = ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]

    private static func by(_ profile: String) -> Environment { ["AWS_PROFILE": profile] }

    private static let identities = [
        SettingRow("nothing"),
        SettingRow("keys", keys),
        SettingRow("AWS_PROFILE", by("blue")),
        SettingRow("AWS_DEFAULT_PROFILE", ["AWS_DEFAULT_PROFILE": "green"]),
        SettingRow("keys beside AWS_PROFILE", keys.with(by("blue"))),
        SettingRow("keys beside AWS_DEFAULT_PROFILE", keys.with("AWS_DEFAULT_PROFILE", "green")),
        SettingRow("both variables", by("blue").with("AWS_DEFAULT_PROFILE", "green")),
        SettingRow(
            "keys beside both", keys.with(by("blue")).with("AWS_DEFAULT_PROFILE", "green")),
        SettingRow("a profile asked for", asked: ["profile": "blue"]),
        SettingRow("a profile asked for beside keys", keys, asked: ["profile": "blue"]),
        SettingRow("a profile asked for and another", by("green"), asked: ["profile": "blue"]),
        SettingRow(
            "a profile asked for, the older variable and keys",
            keys.with("AWS_DEFAULT_PROFILE", "green"), asked: ["profile": "blue"]),
        SettingRow("no such profile", by("gone")),
        SettingRow("no such profile beside keys", keys.with(by("gone"))),
        SettingRow("no such profile asked for", asked: ["profile": "gone"]),
        SettingRow("a profile asked for and none", by("gone"), asked: ["profile": "blue"]),
        SettingRow("a profile without keys asked for", keys, asked: ["profile": "keyless"]),
        SettingRow("a profile without keys", keys.with(by("keyless"))),
        SettingRow("half a pair", by("blue").with("AWS_ACCESS_KEY_ID", "AKENV")),
        SettingRow("a secret alone", by("blue").with("AWS_SECRET_ACCESS_KEY", "s")),
        SettingRow("keys with a token", keys.with(by("blue")).with("AWS_SESSION_TOKEN", "t")),
        SettingRow("an empty key", keys.with(by("blue")).with("AWS_ACCESS_KEY_ID", "")),
        SettingRow(
            "an empty profile", by(""), ours: "AKDEFAULT - us-east-1 \(host("us-east-1"))",
            because: nothing),
    ]

    private static let roles = [
        SettingRow("a role", by("role")),
        SettingRow("a role asked for", asked: ["profile": "role"]),
        SettingRow("a role beside keys", keys.with(by("role"))),
        SettingRow("a role asked for beside keys", keys, asked: ["profile": "role"]),
        SettingRow("web identity beside a profile", web.with(by("blue"))),
        SettingRow("web identity and a profile asked for", web, asked: ["profile": "blue"]),
        SettingRow("web identity beside keys", web.with(keys)),
        SettingRow("web identity beside a role", web.with(by("role"))),
        SettingRow("container beside a profile", container.with(by("blue"))),
        SettingRow("container beside a profile without keys", container.with(by("keyless"))),
        SettingRow(
            "container and a profile without keys asked for", container,
            asked: ["profile": "keyless"]),
        SettingRow("container beside keys and a profile", container.with(keys).with(by("blue"))),
        SettingRow("instance beside a profile", instance.with(by("blue"))),
        SettingRow("instance beside a profile without keys", instance.with(by("keyless"))),
        SettingRow(
            "instance and a profile without keys asked for", instance,
            asked: ["profile": "keyless"]),
    ]

    private static let profileOfInstance = [
        SettingRow("the instance of a profile", by("instance").with(enabled)),
        SettingRow("the instance of a profile asked for", enabled, asked: ["profile": "instance"]),
        SettingRow(
            "the instance of a profile beside a variable",
            by("instance").with(enabled)
                .with("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1"),
            asked: ["region": "eu-west-3"]),
        SettingRow("the instance of a profile turned off", by("instance")),
    ]

    private static let enabled = ["AWS_EC2_METADATA_DISABLED": "false"]

    private static let canada = ["AWS_DEFAULT_REGION": "ca-central-1"]

    private static let regions = [
        SettingRow("AWS_DEFAULT_REGION", canada),
        SettingRow("AWS_DEFAULT_REGION beside a profile", canada.with(by("green"))),
        SettingRow("AWS_DEFAULT_REGION, a profile asked for", canada, asked: ["profile": "green"]),
        SettingRow("a region asked for", asked: ["region": "eu-west-3"]),
        SettingRow("a region asked for and another", canada, asked: ["region": "eu-west-3"]),
        SettingRow(
            "a region asked for beside a profile", by("blue"), asked: ["region": "sa-east-1"]),
        SettingRow("both asked for", asked: ["region": "sa-east-1", "profile": "green"]),
        SettingRow(
            "an empty region", by("blue").with("AWS_DEFAULT_REGION", ""),
            ours: "AKBLUE - us-east-2 \(host("us-east-2"))", because: nothing),
        SettingRow("a profile without a region", by("placeless")),
        SettingRow("a profile without a region, and a variable", canada.with(by("placeless"))),
        SettingRow(
            "AWS_REGION", ["AWS_REGION": "eu-west-3"],
            ours: "AKDEFAULT - eu-west-3 \(host("eu-west-3"))", because: sdks),
        SettingRow(
            "both region variables", canada.with("AWS_REGION", "eu-west-3"),
            ours: "AKDEFAULT - eu-west-3 \(host("eu-west-3"))", because: sdks),
        SettingRow(
            "the region of an instance", instance.with(by("placeless")),
            ours: "AKPLACELESS - eu-central-1 \(host("eu-central-1"))",
            because: "an instance knows its region, as the other SDKs ask it"),
        SettingRow(
            "a server on this machine, and no region", url.with(by("placeless")),
            ours: "AKPLACELESS - us-east-1 http://127.0.0.1:4444", because: emulators),
        SettingRow(
            "a server on this machine, and no keys", url.with(by("keyless")),
            ours: "local - eu-north-1 http://127.0.0.1:4444", because: emulators),
        SettingRow(
            "a server on this machine asked for, and nothing else",
            ["AWS_CONFIG_FILE": "/gone", "AWS_SHARED_CREDENTIALS_FILE": "/gone"],
            asked: ["endpoint_url": "http://127.0.0.1:4444"],
            ours: "local - us-east-1 http://127.0.0.1:4444", because: emulators),
    ]

    private static let nothing =
        "a variable that is set to nothing is none: units and shells leave such behind"
    private static let refused = """
        botocore forgets of FIPS and dual stack where it is given a URL; who asks for them is not \
        to be sent elsewhere in silence, and the other SDKs refuse it too
        """
    private static let sdks = "the SDKs other than botocore read AWS_REGION, and read it first"
    private static let emulators = "such a server has no regions and checks no signatures"

    private static let endpoints = [
        SettingRow("AWS_ENDPOINT_URL", url),
        SettingRow("both endpoint variables", url.with(sqsURL)),
        SettingRow("an empty endpoint variable", url.with("AWS_ENDPOINT_URL_SQS", "")),
        SettingRow("endpoint of a profile", by("url")),
        SettingRow("endpoint of a profile asked for", asked: ["profile": "url"]),
        SettingRow("endpoint of a profile and a variable", by("url").with(url)),
        SettingRow("services", by("served")),
        SettingRow("services and a variable", by("served").with(url)),
        SettingRow("services and a variable of SQS", by("served").with(sqsURL)),
        SettingRow("services without SQS", by("others")),
        SettingRow("services that are not there", by("lost")),
        SettingRow("services that are not there, and a variable", by("lost").with(sqsURL)),
        SettingRow("an endpoint asked for", asked: ["endpoint_url": "http://127.0.0.1:6666"]),
        SettingRow(
            "an endpoint asked for and others", url.with(sqsURL).with(by("served")),
            asked: ["endpoint_url": "http://127.0.0.1:6666"]),
        SettingRow(
            "an endpoint asked for, others ignored", ignoring.with(url),
            asked: ["endpoint_url": "http://127.0.0.1:6666"]),
        SettingRow("an ignored variable", ignoring.with(url)),
        SettingRow("an ignored variable of SQS", ignoring.with(sqsURL)),
        SettingRow("an ignored profile's", ignoring.with(by("url"))),
        SettingRow("ignored services that are not there", ignoring.with(by("lost"))),
        SettingRow("a profile that ignores its own", by("deaf")),
        SettingRow("a profile that ignores a variable", by("deaf").with(url)),
        SettingRow("a profile that ignores a variable of SQS", by("deaf").with(sqsURL)),
        SettingRow("a profile asked for that ignores a variable", url, asked: ["profile": "deaf"]),
        SettingRow(
            "a variable that has nothing ignored",
            by("deaf").with("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false")),
        SettingRow("a variable that is not true", url.with(ignoring.mapValues { _ in "1" })),
    ]

    private static let fips = ["AWS_USE_FIPS_ENDPOINT": "true"]
    private static let dual = ["AWS_USE_DUALSTACK_ENDPOINT": "true"]

    private static let variants = [
        SettingRow("FIPS", fips), SettingRow("dual stack", dual),
        SettingRow("FIPS and dual stack", fips.with(dual)),
        SettingRow("FIPS in capitals", ["AWS_USE_FIPS_ENDPOINT": "TRUE"]),
        SettingRow("FIPS by a number", ["AWS_USE_FIPS_ENDPOINT": "1"]),
        SettingRow("FIPS by another word", ["AWS_USE_FIPS_ENDPOINT": "perhaps"]),
        SettingRow("dual stack by a number", ["AWS_USE_DUALSTACK_ENDPOINT": "1"]),
        SettingRow("FIPS of a profile", by("fips")),
        SettingRow("FIPS of a profile asked for", asked: ["profile": "fips"]),
        SettingRow(
            "FIPS of a profile, not by variable", by("fips").with(fips.mapValues { _ in "no" })),
        SettingRow("dual stack of a profile", by("dual")),
        SettingRow("dual stack of a profile and FIPS", by("dual").with(fips)),
        SettingRow("FIPS asked for", asked: ["use_fips": "true"]),
        SettingRow(
            "FIPS asked for, not by variable", ["AWS_USE_FIPS_ENDPOINT": "false"],
            asked: ["use_fips": "true"]),
        SettingRow("FIPS asked not to be", by("fips"), asked: ["use_fips": "false"]),
        SettingRow("FIPS asked not to be, by variable", fips, asked: ["use_fips": "false"]),
        SettingRow(
            "dual stack asked for in China",
            asked: ["use_dualstack": "true", "region": "cn-north-1"]),
        SettingRow("FIPS in GovCloud", fips.with("AWS_DEFAULT_REGION", "us-gov-west-1")),
        SettingRow("FIPS and a URL", fips.with(url), ours: "error", because: refused),
        SettingRow("dual stack and a URL", dual.with(url), ours: "error", because: refused),
        SettingRow(
            "FIPS and a profile's URL", fips.with(by("url")), ours: "error", because: refused),
        SettingRow(
            "FIPS of a profile and a URL asked for", by("fips"),
            asked: ["endpoint_url": "http://127.0.0.1:6666"], ours: "error", because: refused),
        SettingRow("FIPS and a URL that is ignored", fips.with(url).with(ignoring)),
        SettingRow(
            "FIPS of the program and a URL", url, asked: ["use_fips": "true"], ours: "error",
            because: refused),
    ]

    private static func host(_ region: String) -> String { "https://sqs.\(region).amazonaws.com" }
}
