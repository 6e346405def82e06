import AWS
import Calendar
import FoundationEssentials
import HTTP
import TestKit
import Testing

/// Roles, by way of profiles: what is asked of STS and what becomes of its answers.
@Suite(.timeLimit(.minutes(2)))
struct STSClientTests {
    private func lookUp(
        _ url: String, _ more: Environment = [:], config: String = Self.roleProfile
    ) async throws -> CredentialLookup {
        let environment = [
            "HOME": "/h", "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_STS": url,
            "AWS_EC2_METADATA_DISABLED": "true",
        ].merging(more) { $1 }
        let dependencies = AWSDependencies(
            environment: environment, transport: URLSessionTransport(), processRunner: Children(),
            readFile: { path in
                switch path {
                case "/h/.aws/config": Array(config.utf8)
                case "/token": Array("identity token/+=".replacing(" ", with: "-").utf8)
                default: nil
                }
            },
            now: { Date(timeIntervalSince1970: 1_700_000_000) })
        return try await StandardCredentialProvider(
            settings: AWSSettings(), dependencies: dependencies
        ).lookUp()
    }

    private static let roleProfile = """
        [default]
        role_arn = arn:aws:iam::123456789012:role/worker
        source_profile = base
        external_id = ext/1 é
        duration_seconds = 1800
        [profile base]
        aws_access_key_id = AKIDBASE
        aws_secret_access_key = secret
        """

    @Test func `AssumeRole is signed by the source and carries the profile's settings`()
        async throws
    {
        try await LocalServer.with(FakeAWS.answer) { server in
            guard case .found(let credentials) = try await lookUp(server.url) else {
                Issue.record("nothing found")
                return
            }
            #expect(credentials.accessKeyID == "ASIAworker")
            #expect(credentials.sessionToken == "worker&AKIDBASE&ext/1 é&1800")
            #expect(credentials.expiration == Date(iso8601: "2099-01-01T00:00:00Z"))
            let request = try #require(server.requests.first)
            let form = STSForm(request).fields
            #expect(form["RoleSessionName"] == "sqs-subscriber-1700000000")
            #expect(form["Version"] == "2011-06-15")
            #expect(
                request.headers["Authorization"]?.contains("/20231114/eu-west-1/sts/") == true)
        }
    }

    @Test func `GetCallerIdentity tells whose the credentials are`() async throws {
        let answer = """
            <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
            <GetCallerIdentityResult><Arn>arn:aws:sts::1:assumed-role/worker/i-1</Arn>
            <UserId>AROA:i-1</UserId><Account>1</Account></GetCallerIdentityResult>
            </GetCallerIdentityResponse>
            """
        try await LocalServer.with { _ in
            HTTPResponse(status: 200, body: Array(answer.utf8))
        } _: { server in
            let context = try AWSContext(
                dependencies: AWSDependencies(
                    environment: [
                        "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_STS": server.url,
                    ], transport: URLSessionTransport(), processRunner: Children(),
                    readFile: { _ in nil }))
            let arn = try await context.callerIdentity(
                of: Credentials(accessKeyID: "AKIDBASE", secretAccessKey: "secret"))
            #expect(arn == "arn:aws:sts::1:assumed-role/worker/i-1")
            let request = try #require(server.requests.first)
            #expect(STSForm(request).fields["Action"] == "GetCallerIdentity")
            #expect(request.headers["Authorization"]?.contains("Credential=AKIDBASE/") == true)
        }
    }

    @Test func `AssumeRoleWithWebIdentity is not signed`() async throws {
        try await LocalServer.with(FakeAWS.answer) { server in
            let found = try await lookUp(
                server.url,
                [
                    "AWS_WEB_IDENTITY_TOKEN_FILE": "/token",
                    "AWS_ROLE_ARN": "arn:aws:iam::1:role/pod", "AWS_ROLE_SESSION_NAME": "me",
                ], config: "")
            guard case .found(let credentials) = found else {
                Issue.record("nothing found")
                return
            }
            #expect(credentials.sessionToken == "pod&identity-token/+=&-&-")
            let request = try #require(server.requests.first)
            #expect(request.headers["Authorization"] == nil)
            #expect(STSForm(request).fields["RoleSessionName"] == "me")
        }
    }

    @Test(arguments: [
        (
            403, error("AccessDenied", "not &lt;you&gt;"), CredentialError.Kind.refused,
            "trust policy"
        ),
        (403, error("SignatureDoesNotMatch", "x"), .refused, "clock"),
        (400, error("ExpiredTokenException", "x"), .refused, "current token"),
        (400, error("Throttling", "Rate exceeded"), .unavailable, "Rate exceeded"),
        (500, error("InternalFailure", "x"), .unavailable, "InternalFailure"),
        (503, "<html>busy</html>", .unavailable, "answered 503"),
        (200, "<html>welcome</html>", .unavailable, "something else than credentials"),
        (200, "", .unavailable, "something else than credentials"),
    ])
    func `an answer without credentials says what to do about it`(
        status: Int, body: String, kind: CredentialError.Kind, why: String
    ) async throws {
        try await LocalServer.with { _ in
            HTTPResponse(status: status, body: Array(body.utf8))
        } _: { server in
            let error = await #expect(throws: CredentialError.self) {
                try await lookUp(server.url)
            }
            #expect(error?.kind == kind)
            #expect(error?.description.contains(why) == true)
            #expect(
                error?.description.contains(
                    "STS (AssumeRole of arn:aws:iam::123456789012:role/worker)") == true)
        }
    }

    private static func error(_ code: String, _ message: String) -> String {
        """
        <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
        <Code>\(code)</Code><Message>\(message)</Message></Error></ErrorResponse>
        """
    }

    @Test func `moto's STS gives credentials for a role and for a web identity`() async throws {
        try await MotoServer.with { url in
            let role = try await lookUp(url)
            let identity = try await lookUp(
                url,
                [
                    "AWS_WEB_IDENTITY_TOKEN_FILE": "/token",
                    "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/pod",
                ], config: "")
            for answer in [role, identity] {
                guard case .found(let credentials) = answer else {
                    Issue.record("nothing found")
                    continue
                }
                #expect(credentials.accessKeyID.hasPrefix("ASIA"))
                #expect(credentials.sessionToken?.isEmpty == false)
                #expect(credentials.expiration != nil)
            }
        }
    }
}
