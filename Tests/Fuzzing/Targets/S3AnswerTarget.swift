import AWS
import HTTP
import S3

/// Answers of S3, to what a message's pointer names.
struct S3AnswerTarget: FuzzTarget {
    let name = "s3-answers"
    let words = [
        "<Error>", "<Code>PermanentRedirect</Code>", "<Region>eu-west-1</Region>", "<!--", "-->",
        "<![CDATA[", "]]>", "&#x41;", "&#xD800;", "<?xml", "</Error>", "<a:b/>",
        "x-amz-bucket-region",
        "eu-central-1", "..", "%2e",
    ]

    let corpus = [
        "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Message>m</Message></Error>",
        "<Error><Code>PermanentRedirect</Code><Region>eu-central-1</Region></Error>",
        "<Error><Code>AuthorizationHeaderMalformed</Code><Region>us-east-2</Region></Error>",
        "payload",
    ].flatMap { body in
        ["200", "301", "400", "404", "503"].map {
            Parts.join([$0, "eu-central-1", "payloads", "key", body])
        }
    }

    func run(_ input: [UInt8]) async -> Verdict {
        let parts = Parts.split(input, into: 5)
        let texts = parts.map { String(decoding: $0, as: UTF8.self) }
        guard let object = try? S3Object(bucket: texts[2], key: texts[3]) else { return .refused }
        let answer = HTTPResponse(
            status: Int(texts[0]) ?? 200, headers: ["x-amz-bucket-region": texts[1]], body: parts[4]
        )
        let transport = OneAnswer(answer: answer)
        let settings = AWSSettings(credentials: Credentials(accessKeyID: "a", secretAccessKey: "b"))
        let client = S3Client(
            transport: transport, region: "eu-west-1",
            credentials: CredentialCache(provider: Fixed(credentials: settings.credentials)),
            endpoint: { (region) throws(SettingError) in
                Endpoint(
                    url: "http://127.0.0.1:1", region: region, isConfigured: true
                )
            }, pause: { _ in })
        try? await client.delete(object)
        return (try? await client.get(object, limit: 1 << 20)) == nil ? .refused : .accepted
    }
}

/// Always has the same.
private struct Fixed: CredentialProvider {
    let credentials: Credentials?

    func lookUp() async throws(CredentialError) -> CredentialLookup {
        credentials.map { .found($0) } ?? .absent("")
    }
}
