import AWS
import Testing

struct SharedConfigTests {
    private func config(
        _ files: [String: String], _ environment: Environment = ["HOME": "/home/me"]
    ) throws -> SharedConfig {
        try SharedConfig(environment: environment) { path in files[path].map { Array($0.utf8) } }
    }

    @Test func `both files together make a profile, and credentials goes first`() throws {
        let config = try config([
            "/home/me/.aws/config": """
            [default]
            region = eu-west-1
            [profile "two words"]
            region = us-east-1
            [profile dev]
            aws_access_key_id = from-config
            region = eu-west-3
            [other]
            region = nowhere
            """,
            "/home/me/.aws/credentials": """
            [dev]
            aws_access_key_id = from-credentials
            [other]
            aws_access_key_id = plain name
            """,
        ])
        #expect(config.profiles.keys.sorted() == ["default", "dev", "other", "two words"])
        #expect(config.profiles["dev"]?["aws_access_key_id"] == "from-credentials")
        #expect(config.profiles["dev"]?["region"] == "eu-west-3")
        #expect(config.profiles["other"]?["region"] == nil)
        #expect(config.inConfigFile["dev"]?["aws_access_key_id"] == "from-config")
        #expect(config.inCredentialsFile["dev"]?["region"] == nil)
    }

    @Test func `the files are where the variables say`() throws {
        let files = ["/c": "[default]\nregion = r", "/home/me/keys": "[default]\nx = y"]
        let config = try config(
            files,
            [
                "HOME": "/home/me", "AWS_CONFIG_FILE": "/c",
                "AWS_SHARED_CREDENTIALS_FILE": "~/keys",
            ])
        #expect(config.profiles["default"]?["region"] == "r")
        #expect(config.profiles["default"]?["x"] == "y")
    }

    @Test func `a byte order mark at the beginning of a file is passed over`() throws {
        let config = try config([
            "/home/me/.aws/config": "\u{FEFF}[default]\r\nregion = eu-west-1\r\n",
            "/home/me/.aws/credentials": "\u{FEFF}[dev]\naws_access_key_id = key",
        ])
        #expect(config.profiles["default"]?["region"] == "eu-west-1")
        #expect(config.profiles["dev"]?["aws_access_key_id"] == "key")
    }

    @Test func `without HOME and files there are no profiles`() throws {
        #expect(try config([:], [:]).profiles.isEmpty)
        #expect(try config([:]).profiles.isEmpty)
    }

    @Test func `a broken file is named with its line, and not quoted`() {
        let error = #expect(throws: SettingError.self) {
            try config(["/home/me/.aws/credentials": "[default]\naws_secret_access_key SECRET"])
        }
        #expect(
            error?.description
                == "/home/me/.aws/credentials, line 2: expected key = value or [section]")
    }

    @Test func `a file that cannot be read is an error`() {
        let error = #expect(throws: SettingError.self) {
            try SharedConfig(environment: ["HOME": "/home/me"]) { path in
                throw FileError(description: "\(path): Permission denied")
            }
        }
        #expect(error?.description.contains("/home/me/.aws/config: Permission denied") == true)
    }

    @Test(
        arguments: [
            ("flag", ["AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "b"], "flag"),
            (nil, ["AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "b"], "b"),
            (nil, ["AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": ""], "a"),
            ("", ["AWS_PROFILE": "a"], "a"), (nil, [:], "default"),
        ] as [(String?, Environment, String)])
    func `the profile is chosen as botocore does`(
        explicit: String?, environment: Environment, name: String
    ) {
        #expect(ProfileChoice(explicit: explicit, environment: environment).name == name)
    }

    @Test func `a named profile must exist, default need not`() throws {
        let config = try config(["/home/me/.aws/config": "[profile a]\n[profile b]"])
        let missing = ProfileChoice(explicit: nil, environment: ["AWS_PROFILE": "c"])
        let error = #expect(throws: SettingError.self) { try missing.profile(in: config) }
        #expect(error?.description.contains("named by AWS_PROFILE, does not exist") == true)
        #expect(error?.description.contains("profiles there: a, b") == true)
        let unnamed = ProfileChoice(explicit: nil, environment: [:])
        #expect(try unnamed.profile(in: config) == Profile(name: "default"))
    }
}
