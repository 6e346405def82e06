import Intake
import MessageHandling
import Testing

@Suite struct EnvelopeTests {
    private func unwrap(_ body: String, _ envelopes: Envelope...) throws -> String {
        try message(body).unwrapped(envelopes).message.body
    }

    private static let notification = #"""
        {
          "Type" : "Notification", "MessageId" : "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
          "TopicArn" : "arn:aws:sns:us-west-2:123456789012:MyTopic", "Subject" : "My subject",
          "Message" : "{\"hello\": \"world\\n\"}", "Timestamp" : "2012-05-02T00:54:06.655Z",
          "SignatureVersion" : "1", "Signature" : "EXAMPLEw6JRN=", "SigningCertURL" : "https://x",
          "MessageAttributes" : {
            "tenant" : {"Type":"String","Value":"a"}, "size" : {"Type":"Number","Value":"5"},
            "seal" : {"Type":"Binary","Value":"AP8="},
            "tags" : {"Type":"String.Array","Value":"[\"x\"]"}
          }
        }
        """#

    @Test func `a notification of SNS gives its message and its attributes`() throws {
        let kept = text("outer")
        let content = message(Self.notification, ["tenant": kept, "own": kept])
        #expect(
            try content.unwrapped([.sns]).message
                == message(
                    #"{"hello": "world\n"}"#,
                    [
                        "tenant": text("a"), "size": text("5", type: "Number"),
                        "seal": MessageAttribute(dataType: "Binary", value: .binary([0, 255])),
                        "tags": text(#"["x"]"#, type: "String.Array"), "own": kept,
                    ]))
    }

    @Test(arguments: [
        "hello", "", #"{"Message": "x"}"#, #"{"Type": "Notification", "Message": "x"}"#,
        #"{"Type": "Notification", "TopicArn": "arn:x", "Message": 5}"#,
        #"{"Records": [{"eventSource": "aws:s3"}]}"#, #"{"Type": "Notification""#,
        #"{"version": "0", "detail-type": "Object Created", "source": "aws.s3", "detail": {}}"#,
    ])
    func `what is no notification stays as it is`(body: String) throws {
        let content = message(body, ["a": text("b")])
        #expect(try content.unwrapped([.sns]).message == content)
        #expect(try content.unwrapped([]).message == content)
    }

    @Test func `nesting without end is no notification`() throws {
        let body = #"{"Type": "Notification", "x": "# + String(repeating: "[", count: 200_000)
        #expect(try unwrap(body, .sns) == body)
    }

    @Test func `envelopes in each other are taken away one by one`() throws {
        let body = """
            {"Type": "Notification", "TopicArn": "arn:x", "Message": "aGVsbG8="}
            """
        #expect(try unwrap(body, .sns, .base64) == "hello")
    }

    @Test(arguments: [
        ("aGVsbG8=", "hello"), ("", ""), ("4pyT\n8J+Riw==\r\n", "✓👋"),
    ])
    func `base64 gives the text in it`(body: String, text: String) throws {
        #expect(try unwrap(body, .base64) == text)
    }

    /// Made by the gzip module of Python: stored, with the fixed code, with codes of its own, with
    /// a file name, with every field that a header may have, of two members, empty, and with
    /// 100,000 repetitions.
    @Test(arguments: compressed)
    func `gzip gives the text in it`(body: String, text: String) throws {
        #expect(try unwrap(body, .gzip) == text)
    }

    private static let compressed = [
        ("H4sIAAAAAAAEAwENAPL/aGVsbG8sIHN0b3JlZPDsX38NAAAA", "hello, stored"),
        ("H4sIAAAAAAACA8tIzcnJV8hAkACAiPnlEQAAAA==", "hello hello hello"),
        ("H4sICAAAAAAC/25hbWUudHh0AMtLzE1NAQCHzOBxBQAAAA==", "named"),
        ("H4sIHgAAAAAC/wMAYWJjbmFtZQBjb21tZW50ABI0S8tMzUkpBgCI4+V+BgAAAA==", "fields"),
        ("H4sIAAAAAAACA8vPS9UBAGItGioEAAAAH4sIAAAAAAACAyspzwcAZorKEQMAAAA=", "one,two"),
        ("H4sIAAAAAAACAwMAAAAAAAAAAAA=", ""),
        (zeros, String(repeating: "0", count: 100_000)),
        (dynamic, (0..<200).map { "order \($0 * 7919 % 1009) is ✓, " }.joined()),
    ]

    @Test(arguments: [
        ("hello", [Envelope.base64], "is not base64"),
        ("/w==", [.base64], "holds bytes that are no text in UTF-8"),
        ("hello", [.gzip], "is not base64"),
        ("aGVsbG8=", [.gzip], "does not hold gzip"),
        ("H4sIAAAAAAACAw==", [.gzip], "holds gzip that ends too early"),
        ("H4sIAAAAAAACA8tIzcnJV8hAkACAiPnlEQ==", [.gzip], "holds gzip that ends too early"),
        ("H4sIAAAAAAACA8tIzcnJV8hAkACBiPnlEQAAAA==", [.gzip], "holds gzip whose checksum"),
        ("H4sIAAAAAAACAwcAAAAAAAAAAAA=", [.gzip], "holds gzip that is damaged"),
        ("H4sIAAAAAAAC/0vLTM1JKQYAiOPlfgYAAABqdW5r", [.gzip], "does not hold gzip"),
        ("H4sIAAAAAAAC/0vLTM1JKQYAiOPlfgYAAAAA", [.gzip], "does not hold gzip"),
        ("H4sIIAAAAAAC/0vLTM1JKQYAiOPlfgYAAAA=", [.gzip], "holds gzip with flags that are"),
        (
            """
            {"Type": "Notification", "TopicArn": "a", "Message": "", "MessageAttributes": {"b": {}}}
            """,
            [.sns], "is a notification of SNS whose attribute b has no type or value"
        ),
    ])
    func `what is not in its form is refused with the reason`(
        body: String, envelopes: [Envelope], reason: String
    ) {
        let error = #expect(throws: EnvelopeError.self) {
            try message(body).unwrapped(envelopes)
        }
        #expect(error?.description.hasPrefix(reason) == true, "\(error?.description ?? "")")
    }

    @Test func `what grows over the limit is refused before it fills the memory`() {
        let error = #expect(throws: EnvelopeError.self) {
            try message(Self.zeros).unwrapped([.gzip], limit: 99_999)
        }
        #expect(error?.description == "holds gzip of more than unwrap_limit allows: 99999 bytes")
        #expect(throws: Never.self) {
            try message(Self.zeros).unwrapped([.gzip], limit: 100_000)
        }
    }

    @Test func `the members of a gzip have one limit together`() throws {
        let body = Self.compressed[4].0
        #expect(try message(body).unwrapped([.gzip], limit: 7).message.body == "one,two")
        #expect(throws: EnvelopeError.self) {
            try message(body).unwrapped([.gzip], limit: 6)
        }
    }

    /// The checksum sees to it that no damage passes for content.
    @Test func `damaged gzip is refused, or the damage does not matter`() throws {
        for body in [Self.compressed[1].0, Self.dynamic, Self.compressed[2].0] {
            let text = try unwrap(body, .gzip)
            let characters = Array(body)
            for index in characters.indices {
                for other in ["A", "/", "q"] as [Character] where characters[index] != other {
                    var damaged = characters
                    damaged[index] = other
                    let result = try? unwrap(String(damaged), .gzip)
                    #expect(result == nil || result == text)
                }
            }
        }
    }
}
