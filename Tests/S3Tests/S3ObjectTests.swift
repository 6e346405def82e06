import AWS
import S3
import Testing

@Suite struct S3ObjectTests {
    private func url(_ bucket: String, _ key: String, _ endpoint: String? = nil) throws -> String {
        try S3Object(bucket: bucket, key: key).url(
            at: Endpoint(
                url: endpoint ?? "https://s3.eu-west-1.amazonaws.com", region: "eu-west-1",
                isConfigured: endpoint != nil))
    }

    @Test(arguments: [
        ("payloads", "a/b.json", "https://payloads.s3.eu-west-1.amazonaws.com/a/b.json"),
        ("pay.loads", "a", "https://s3.eu-west-1.amazonaws.com/pay.loads/a"),
        ("Pay_Loads", "a", "https://s3.eu-west-1.amazonaws.com/Pay_Loads/a"),
        ("payloads", "/a//b/../c", "https://payloads.s3.eu-west-1.amazonaws.com//a//b/../c"),
        (
            "payloads", "a b?c#d%&ö",
            "https://payloads.s3.eu-west-1.amazonaws.com/"
                + "a%20b%3Fc%23d%25%26%C3%B6"
        ),
        ("payloads", "a\nb\u{0}", "https://payloads.s3.eu-west-1.amazonaws.com/a%0Ab%00"),
    ])
    func `an object has one URL`(bucket: String, key: String, expected: String) throws {
        #expect(try url(bucket, key) == expected)
    }

    @Test func `at a configured endpoint the bucket is in the path`() throws {
        #expect(
            try url("payloads", "a b", "http://127.0.0.1:5000/s3")
                == "http://127.0.0.1:5000/s3/payloads/a%20b")
    }

    @Test(arguments: [
        "", "a", "..", "...", "evil.com/x", "a@b", "a:b", "payloads?x", "pay loads", "pay\nloads",
        "ünicode", "arn:aws:s3:::payloads", String(repeating: "a", count: 256),
    ])
    func `a name that no bucket can have does not become part of a URL`(bucket: String) {
        let error = #expect(throws: S3Error.self) { try S3Object(bucket: bucket, key: "a") }
        #expect(error?.kind == .invalid)
    }

    @Test(arguments: ["", String(repeating: "a", count: 1025), String(repeating: "ö", count: 513)])
    func `a key that no object can have is refused`(key: String) {
        let error = #expect(throws: S3Error.self) { try S3Object(bucket: "payloads", key: key) }
        #expect(error?.kind == .invalid)
    }
}
