import AWS
import FoundationEssentials
import HTTP
import S3
import TestKit
import Testing

@Suite struct S3ClientTests {
    private let object: S3Object

    init() throws {
        object = try S3Object(bucket: "payloads", key: "a/b c")
    }

    private typealias Answer = Result<HTTPResponse, TransportError>

    private func client(_ transport: ScriptedTransport) -> S3Client {
        S3Client(
            transport: transport, region: "eu-west-1",
            credentials: CredentialCache(
                provider: FixedCredentialProvider(
                    Credentials(accessKeyID: "AKID", secretAccessKey: "secret"))),
            endpoint: { (region: String) throws(SettingError) -> Endpoint in
                Endpoint(
                    url: "https://s3.\(region).amazonaws.com", region: region,
                    isConfigured: false)
            },
            now: { Date(timeIntervalSince1970: 1_700_000_000) }, pause: { _ in })
    }

    private static func refusal(
        _ status: Int, _ code: String, _ more: String = "", headers: HTTPHeaders = HTTPHeaders()
    ) -> Answer {
        .answer(
            "<?xml version=\"1.0\"?><Error><Code>\(code)</Code><Message>so it is</Message>\(more)"
                + "</Error>", status: status, headers: headers)
    }

    @Test func `an object is read by a signed request that limits the answer`() async throws {
        let transport = ScriptedTransport([.answer("payload")])
        let bytes = try await client(transport).get(object, limit: 1_000)
        #expect(String(decoding: bytes, as: UTF8.self) == "payload")
        let sent = try #require(transport.sent.first)
        #expect(sent.request.method == "GET")
        #expect(sent.request.url == "https://payloads.s3.eu-west-1.amazonaws.com/a/b%20c")
        #expect(sent.request.answerLimit == 1_000)
        #expect(sent.timeout == S3Client.readTimeout)
        // As botocore 1.43 signs it (S3SigV4Auth, path not encoded again).
        #expect(
            sent.request.headers["X-Amz-Content-SHA256"]
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(sent.request.headers["Authorization"] == Self.authorization)
    }

    private static let authorization =
        "AWS4-HMAC-SHA256 Credential=AKID/20231114/eu-west-1/s3/aws4_request, "
        + "SignedHeaders=host;x-amz-content-sha256;x-amz-date, "
        + "Signature=df9c34b2c8a60dcaa579f8f490fdd0f8c30e9aac437adf20d1c58410f4448129"

    @Test(arguments: [
        (404, "NoSuchKey", S3Error.Kind.missing), (404, "NoSuchBucket", .missing),
        (400, "InvalidBucketName", .invalid), (400, "KeyTooLongError", .invalid),
        (403, "InvalidObjectState", .invalid), (403, "AccessDenied", .denied),
        (403, "AllAccessDisabled", .denied), (404, "NotFound", .transient),
        (503, "SlowDown", .unavailable), (502, "BadGateway", .unavailable),
        (500, "InternalError", .transient),
        (400, "RequestTimeout", .transient), (403, "InvalidAccessKeyId", .credentials),
        (403, "SignatureDoesNotMatch", .credentials), (400, "ExpiredToken", .credentials),
    ])
    func `what S3 answers tells what to do`(
        status: Int, code: String, kind: S3Error.Kind
    ) async throws {
        let attempts = [.transient: 3, .unavailable: 3, .credentials: 2][kind] ?? 1
        let transport = ScriptedTransport(
            [Answer](repeating: Self.refusal(status, code), count: attempts))
        let error = await #expect(throws: S3Error.self) {
            try await client(transport).get(object, limit: 10)
        }
        #expect(error?.kind == kind)
        #expect(error?.description.contains(code) == true)
        #expect(transport.sent.count == attempts)
        if kind != .credentials {
            #expect(error?.description.contains("s3://payloads/a/b c") == true)
        }
    }

    @Test func `a refused read says what to allow, and so does a refused delete`() async throws {
        let transport = ScriptedTransport(
            [Answer](repeating: Self.refusal(403, "AccessDenied"), count: 2))
        let read = await #expect(throws: S3Error.self) {
            try await client(transport).get(object, limit: 10)
        }
        #expect(read?.description.contains("allow s3:GetObject, and s3:ListBucket") == true)
        let delete = await #expect(throws: S3Error.self) {
            try await client(transport).delete(object)
        }
        #expect(delete?.description.contains("allow s3:DeleteObject") == true)
    }

    @Test func `trouble that passes is outlived`() async throws {
        let transport = ScriptedTransport([
            .failure(.closed), Self.refusal(503, "SlowDown"), .answer("payload"),
        ])
        #expect(try await client(transport).get(object, limit: 10) == Array("payload".utf8))
    }

    @Test func `an object larger than the limit is told by its name, and asked for once`()
        async throws
    {
        let transport = ScriptedTransport([.failure(.tooLarge)])
        let error = await #expect(throws: S3Error.self) {
            try await client(transport).get(object, limit: 10)
        }
        #expect(error == S3Error(.tooLarge, "s3://payloads/a/b c is larger than 10 bytes"))
    }

    @Test(arguments: [
        refusal(301, "PermanentRedirect", headers: ["x-amz-bucket-region": "us-east-2"]),
        refusal(400, "AuthorizationHeaderMalformed", "<Region>us-east-2</Region>"),
    ])
    func `a bucket of another region is found there, and remembered`(
        answer: Result<HTTPResponse, TransportError>
    ) async throws {
        let transport = ScriptedTransport([answer, .answer("one"), .answer("two")])
        let client = client(transport)
        _ = try await client.get(object, limit: 10)
        _ = try await client.get(object, limit: 10)
        #expect(
            transport.sent.map { URLParts($0.request.url)?.host } == [
                "payloads.s3.eu-west-1.amazonaws.com", "payloads.s3.us-east-2.amazonaws.com",
                "payloads.s3.us-east-2.amazonaws.com",
            ])
        #expect(
            transport.sent[1].request.headers["Authorization"]?.contains("/us-east-2/s3/") == true)
    }

    @Test(arguments: ["evil.com/", "", "eu west", "a.b"])
    func `a region that none is called leads nowhere`(region: String) async throws {
        let answer = Self.refusal(
            301, "PermanentRedirect", headers: ["x-amz-bucket-region": region])
        let transport = ScriptedTransport([Answer](repeating: answer, count: 3))
        await #expect(throws: S3Error.self) { try await client(transport).get(object, limit: 10) }
        #expect(Set(transport.sent.map(\.request.url)).count == 1)
    }

    @Test func `a bucket that is sent around stays where it was sent once`() async throws {
        let transport = ScriptedTransport(
            ["us-east-2", "us-east-1", "us-west-1", "us-west-2"].map {
                Self.refusal(301, "PermanentRedirect", headers: ["x-amz-bucket-region": $0])
            })
        await #expect(throws: S3Error.self) { try await client(transport).get(object, limit: 10) }
        #expect(transport.sent.count == 4)
        #expect(Set(transport.sent.map(\.request.url)).count == 2)
    }

    @Test func `an object is deleted`() async throws {
        let transport = ScriptedTransport([.answer("", status: 204)])
        try await client(transport).delete(object)
        let sent = try #require(transport.sent.first)
        #expect(sent.request.method == "DELETE")
        #expect(sent.timeout == S3Client.deleteTimeout)
    }
}
