import AWS
import HTTP
import Testing

/// The providers of a profile, where botocore's choice does not show what they say.
struct ProfileProviderTests {
    struct ScriptedRunner: ProcessRunner {
        var output = ProcessOutput(status: 0, standardOutput: [], standardError: [])
        var failure: (any Error)?

        func run(_ command: [String], timeout: Duration) async throws -> ProcessOutput {
            if let failure { throw failure }
            return output
        }
    }

    private func failure(
        config: String, runner: ScriptedRunner = ScriptedRunner(), environment: Environment = [:],
        transport: any Transport = DeadTransport()
    ) async -> CredentialError? {
        let standing = ["HOME": "/h", "AWS_EC2_METADATA_DISABLED": "true"]
        let dependencies = AWSDependencies(
            environment: environment.merging(standing) { own, _ in own }, transport: transport,
            processRunner: runner,
            readFile: { $0 == "/h/.aws/config" ? Array(config.utf8) : nil })
        return await #expect(throws: CredentialError.self) {
            try await StandardCredentialProvider(
                settings: AWSSettings(), dependencies: dependencies
            ).lookUp()
        }
    }

    @Test func `no credentials is an error that says what was tried and what to do`() async {
        #expect(
            await failure(config: "")?.description
                == "no AWS credentials. Tried: environment: AWS_ACCESS_KEY_ID is not set; profile "
                + "\"default\": no role_arn; web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set; "
                + "profile \"default\": no sso_account_id; /h/.aws/credentials: no profile "
                + "\"default\"; profile \"default\": no login_session; profile \"default\": no "
                + "credential_process; /h/.aws/config: no profile \"default\"; container: "
                + "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set; EC2 instance metadata: "
                + "AWS_EC2_METADATA_DISABLED is set. Set AWS_ACCESS_KEY_ID and "
                + "AWS_SECRET_ACCESS_KEY, name a profile with AWS_PROFILE, or give the machine a "
                + "role.")
    }

    @Test(arguments: [
        "sso_session = s\nsso_account_id = 1\nsso_role_name = r", "sso_role_name = r",
        "login_session = arn:aws:sts::1:assumed-role/r/s",
    ])
    func `a profile that needs a browser is refused with the way out`(settings: String) async {
        let error = await failure(config: "[default]\n" + settings)
        #expect(error?.kind == .misconfigured)
        #expect(
            error?.description.contains("aws configure export-credentials --profile default")
                == true)
    }

    @Test(arguments: [
        ("mfa_serial = arn:aws:iam::1:mfa/me\nsource_profile = default", "multi-factor"),
        ("duration_seconds = 60\nsource_profile = default", "from 900 to 43200"),
        ("duration_seconds = long\nsource_profile = default", "from 900 to 43200"),
        ("", "neither source_profile nor credential_source"),
        ("credential_source = Cloud", "expected Environment"),
    ])
    func `a role that cannot be assumed says why`(settings: String, why: String) async {
        let error = await failure(
            config: "[default]\nrole_arn = arn:aws:iam::1:role/r\n" + settings)
        #expect(error?.kind == .misconfigured)
        #expect(error?.description.contains(why) == true)
    }

    @Test func `a circle of profiles is shown`() async {
        let config = """
            [default]
            role_arn = a
            source_profile = b
            [profile b]
            role_arn = b
            source_profile = c
            [profile c]
            role_arn = c
            source_profile = b
            """
        let error = await failure(config: config)
        #expect(error?.description.contains("default → b → c → b") == true)
    }

    @Test(arguments: [
        (0, "", "", CredentialError.Kind.misconfigured, "\"Version\": 1"),
        (0, #"{"Version": 2, "AccessKeyId": "A"}"#, "", .misconfigured, "\"Version\": 1"),
        (
            0, #"{"Version": 1, "AccessKeyId": "A"}"#, "", .misconfigured,
            "SecretAccessKey is missing"
        ),
        (
            3, #"{"Version": 1}"#, "token\nis stale", .unavailable,
            "ended with status 3; what it said on standard error may be secret"
        ),
        (3, "", "", .unavailable, "ended with status 3; it said nothing on standard error"),
    ])
    func `a process that gives no credentials says why`(
        status: Int32, output: String, errors: String, kind: CredentialError.Kind, why: String
    ) async {
        let runner = ScriptedRunner(
            output: ProcessOutput(
                status: status, standardOutput: Array(output.utf8),
                standardError: Array(errors.utf8)))
        let error = await failure(config: "[default]\ncredential_process = p", runner: runner)
        #expect(error?.kind == kind)
        #expect(error?.description.contains(why) == true)
        #expect(error?.description.contains("stale") == false)
    }

    @Test func `a process that does not run, or is not a command line, says so`() async {
        let runner = ScriptedRunner(failure: FileError(description: "p: not executable"))
        let missing = await failure(config: "[default]\ncredential_process = p", runner: runner)
        #expect(missing?.kind == .unavailable)
        #expect(missing?.description.contains("did not run: p: not executable") == true)
        let unquoted = await failure(config: "[default]\ncredential_process = p 'x")
        #expect(unquoted?.kind == .misconfigured)
    }

    @Test func `a role without a region is an error of settings`() async {
        let error = await failure(
            config: """
                [default]
                role_arn = arn:aws:iam::1:role/r
                source_profile = default
                aws_access_key_id = A
                aws_secret_access_key = s
                """)
        #expect(error?.kind == .misconfigured)
        #expect(error?.description.contains("no AWS region") == true)
    }
}
