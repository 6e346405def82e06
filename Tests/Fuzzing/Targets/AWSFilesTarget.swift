import AWS
import FoundationEssentials
import HTTP

/// The files in `~/.aws` and what they lead to: tokens in files, programs that answer with
/// credentials, answers of STS, of a container's endpoint and of the instance metadata.
struct AWSFilesTarget: FuzzTarget {
    let name = "aws-files"
    let words = [
        "[default]\n", "[profile work]\n", "[services s]\n", "role_arn = arn:aws:iam::1:role/r\n",
        "source_profile = work\n", "credential_source = Environment\n",
        "credential_process = x 'y z'\n",
        "web_identity_token_file = /token\n", "aws_access_key_id = AKIA\n",
        "sqs =\n  endpoint_url = http://x\n",
        "<Expiration>", "2026-13-41T25:61:61.5+99:99", "&#x110000;", "<![CDATA[", "]]>",
        "\"Version\": 1",
        "duration_seconds = 43200\n", "region = eu-west-1\n", "=", ":", "  ", "\r\n",
    ]

    private static let config = """
        [default]
        region = eu-west-1
        role_arn = arn:aws:iam::123456789012:role/reader
        source_profile = work
        duration_seconds = 3600
        [profile work]
        credential_process = /bin/helper "a b" c
        services = local
        s3 =
          max_concurrent_requests = 20
        [services local]
        sqs =
          endpoint_url = http://localhost:9324
        # a comment
        [profile "with space"]
        web_identity_token_file = /token
        role_arn = arn:aws:iam::123456789012:role/web
        """
    private static let stored =
        "[work]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n"
    private static let document = """
        {"Version": 1, "AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "s", "SessionToken": "t",
         "Token": "t", "Code": "Success", "Expiration": "2126-01-31T12:00:00Z"}
        """
    private static let sts = """
        <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
        <Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>a&amp;b&#x41;</SecretAccessKey>
        <SessionToken><![CDATA[t]]></SessionToken>
        <Expiration>2126-01-31T12:00:00.123+01:00</Expiration>
        </Credentials><!-- c --></AssumeRoleResult></AssumeRoleResponse>
        """

    let corpus = [
        Parts.join([config, stored, document, sts, "token", "200"]),
        Parts.join([config, "", document, sts, "token", "200"]),
        Parts.join(["[default]\ncredential_process = x\n", "", document, sts, "", "200"]),
        Parts.join(["", "", "", document, "", "200"]),
        Parts.join([
            "[default]\nrole_arn = a\nweb_identity_token_file = /token\n", "", "", sts, "token",
            "200",
        ]),
        Parts.join([
            "[default]\nrole_arn = a\nsource_profile = default\n", stored, "",
            "<ErrorResponse><Error><Code>Throttling</Code><Message>m</Message></Error>"
                + "</ErrorResponse>",
            "", "400",
        ]),
    ]

    func run(_ input: [UInt8]) async -> Verdict {
        let parts = Parts.split(input, into: 6)
        let files = ["/config": parts[0], "/credentials": parts[1], "/token": parts[4]]
        let status = Int(String(decoding: parts[5], as: UTF8.self)) ?? 200
        let answer = HTTPResponse(status: status, body: parts[3])
        let dependencies = AWSDependencies(
            environment: [
                "AWS_CONFIG_FILE": "/config", "AWS_SHARED_CREDENTIALS_FILE": "/credentials",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/x",
                "AWS_REGION": "eu-west-1",
            ],
            transport: OneAnswer(answer: answer), processRunner: OneOutput(output: parts[2]),
            readFile: { files[$0] })
        let provider = StandardCredentialProvider(
            settings: AWSSettings(), dependencies: dependencies)
        do throws(CredentialError) {
            guard case .found(let credentials) = try await provider.lookUp() else {
                return .refused
            }
            _ = "\(credentials)"
            var state = RefreshState()
            _ = state.demand(at: Date())
            _ = "\(state.land(.success(credentials), at: Date()))"
            return .accepted
        } catch {
            return error.description.isEmpty ? .wrong("an error without words") : .refused
        }
    }
}

/// Answers every request alike.
struct OneAnswer: Transport {
    let answer: HTTPResponse

    func send(
        _ request: HTTPRequest, timeout: Duration
    ) async throws(TransportError) -> HTTPResponse { answer }
}

/// Stands for every program.
private struct OneOutput: ProcessRunner {
    let output: [UInt8]

    func run(_ command: [String], timeout: Duration) async throws -> ProcessOutput {
        ProcessOutput(status: 0, standardOutput: output, standardError: [])
    }
}
