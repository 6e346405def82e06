import FoundationEssentials
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
        ("aGVsbG8=", "hello"), ("", ""), ("4pyT\n8J+Riw==\r\n", "✓👋"), ("aGVsbG8", "hello"),
        ("fn5+Pz8/eA==", "~~~???x"), ("fn5-Pz8_eA==", "~~~???x"), ("fn5-Pz8_eA", "~~~???x"),
        ("\u{FEFF}aGVs\tbG8=", "hello"), (gzipped, "{\"id\":1}"),
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

    private static let gzipped = "H4sIAAAAAAACA6tWykxRsjKsBQDF+F1ECAAAAA=="

    /// Made by Python: zlib, with a small window too, deflate alone, gzip for URLs without padding,
    /// with zeros behind it, in base64 twice, and in gzip.
    @Test(arguments: [
        ("eJyrVspMUbIyrAUAC00CdQ==", nil), ("eJyrVspMUbIyrAUAC00CdQ==", "deflate"),
        ("GNOrVspMUbIyrAUAC00CdQ==", "zlib,base64"), ("q1bKTFGyMqwFAA==", "Deflate, base64"),
        ("H4sIAAAAAAACA6tWykxRsjKsBQDF-F1ECAAAAA", nil), (gzipped, "gzip,base64"),
        (gzipped, "base64"), (gzipped, "x-gzip"), (gzipped, "unheard-of"),
        ("H4sIAAAAAAACA6tWykxRsjKsBQDF+F1ECAAAAAAAAAAA", nil),
        ("H4sIAAAAAAACA5Pv5mAAASbm1WGnfAI3Ga1hZTj6I9YFJAoAtjLojhwAAAA=", nil),
    ])
    func `what others compress with is undone`(body: String, encoding: String?) throws {
        let attributes = encoding.map { ["Content-Encoding": text($0)] } ?? [:]
        let unwrapped = try message(body, attributes).unwrapped([.gzip])
        #expect(unwrapped.message == message("{\"id\":1}", attributes))
    }

    @Test(
        arguments: [
            ("{\"id\":2}", nil), ("hello", nil), ("aGVsbG8=", nil), ("", nil),
            ("GNOrVspMUbIyrAUAC00CdQ==", nil), ("q1bKTFGyMqwFAA==", nil), (gzipped, "identity"),
            (gzipped, "UTF-8"), ("{\"id\":2}", "base64"),
        ] as [(String, String?)])
    func `a plain body among compressed ones stays as it is`(body: String, encoding: String?) throws
    {
        let attributes = encoding.map { ["content_encoding": text($0)] } ?? [:]
        let content = message(body, attributes)
        #expect(try content.unwrapped([.gzip]).message == content)
    }

    @Test(arguments: [("{\"id\":2}", nil), ("hello", nil), ("aGVsbG8=", "identity")])
    func `a plain body among those in base64 stays as it is`(body: String, encoding: String?) throws
    {
        let attributes = encoding.map { ["Content-Encoding": text($0)] } ?? [:]
        let content = message(body, attributes)
        #expect(try content.unwrapped([.base64]).message == content)
        #expect(try content.unwrapped([.base64, .gzip]).message == content)
    }

    @Test func `a plain message may come by SNS too`() throws {
        let body = #"{"Type": "Notification", "TopicArn": "arn:x", "Message": "{\"id\":1}"}"#
        #expect(try unwrap(body, .sns, .gzip) == "{\"id\":1}")
        #expect(try unwrap("\u{FEFF}" + body, .sns) == "{\"id\":1}")
    }

    private static let compressed = [
        ("H4sIAAAAAAAEAwENAPL/aGVsbG8sIHN0b3JlZPDsX38NAAAA", "hello, stored"),
        ("H4sIAAAAAAACA8tIzcnJV8hAkACAiPnlEQAAAA==", "hello hello hello"),
        ("H4sICAAAAAAC/25hbWUudHh0AMtLzE1NAQCHzOBxBQAAAA==", "named"),
        ("H4sIHgAAAAAC/wMAYWJjbmFtZQBjb21tZW50APRuS8tMzUkpBgCI4+V+BgAAAA==", "fields"),
        ("H4sIAAAAAAACA8vPS9UBAGItGioEAAAAH4sIAAAAAAACAyspzwcAZorKEQMAAAA=", "one,two"),
        ("H4sIAAAAAAACAwMAAAAAAAAAAAA=", ""),
        (zeros, String(repeating: "0", count: 100_000)),
        (dynamic, (0..<200).map { "order \($0 * 7919 % 1009) is ✓, " }.joined()),
    ]

    @Test(arguments: [
        ("/w==", [Envelope.base64], "holds bytes that are no text in UTF-8"),
        ("H4sIAAAAAAACAw==", [.gzip], "holds gzip that ends too early"),
        ("H4sIAAAAAAACA8tIzcnJV8hAkACAiPnlEQ==", [.gzip], "holds gzip that ends too early"),
        (
            "H4sIAAAAAAACA8tIzcnJV8hAkACBiPnlEQAAAA==", [.gzip],
            "holds gzip that is damaged (incorrect data check)"
        ),
        (
            "H4sIAAAAAAACAwcAAAAAAAAAAAA=", [.gzip],
            "holds gzip that is damaged (invalid block type)"
        ),
        (
            "H4sIAAAAAAAC/0vLTM1JKQYAiOPlfgYAAABqdW5r", [.gzip],
            "holds gzip with other bytes behind it"
        ),
        (
            "H4sIIAAAAAAC/0vLTM1JKQYAiOPlfgYAAAA=", [.gzip],
            "holds gzip that is damaged (unknown header flags set)"
        ),
        ("eJyrVspMUbIyrAUAC00CAA==", [.gzip], "holds zlib that is damaged (incorrect data check)"),
        ("eJyrVspMUbIyrAU=", [.gzip], "holds zlib that ends too early"),
        ("eJyrVspMUbIyrAUAC00CdXg=", [.gzip], "holds zlib with other bytes behind it"),
        ("eJyrVspMUbIyrAU=", [.base64], "holds zlib that ends too early"),
    ])
    func `what is in its form and cannot be read is refused with the reason and the way out`(
        body: String, envelopes: [Envelope], reason: String
    ) {
        let error = #expect(throws: EnvelopeError.self) {
            try message(body).unwrapped(envelopes)
        }
        let name = envelopes[0].rawValue
        #expect(
            error?.description
                == "\(reason); without \"\(name)\" in unwrap it is handed over as it is")
    }

    @Test(arguments: [
        ("{}", "gzip,base64", Envelope.gzip, "is not base64, which its attribute Content-Encoding"),
        ("{}", "base64", .base64, "is not base64, which its attribute Content-Encoding says it is"),
        ("KLUv/QBYAQ==", "zstd", .gzip, "is compressed with zstd, not with gzip, zlib or deflate"),
        ("aGVsbG8=", "deflate", .gzip, "holds deflate that is damaged"),
    ])
    func `a body is held to what its attribute says`(
        body: String, encoding: String, envelope: Envelope, reason: String
    ) {
        let error = #expect(throws: EnvelopeError.self) {
            try message(body, ["Content-Encoding": text(encoding)]).unwrapped([envelope])
        }
        #expect(error?.description.hasPrefix(reason) == true, "\(error?.description ?? "")")
    }

    @Test func `an attribute of SNS that is none is refused with the reason`() {
        let body = #"""
            {"Type": "Notification", "TopicArn": "a", "Message": "", "MessageAttributes": {"b": {}}}
            """#
        let error = #expect(throws: EnvelopeError.self) { try message(body).unwrapped([.sns]) }
        #expect(
            error?.description
                == "is a notification of SNS whose attribute b has no type or value; "
                + "without \"sns\" in unwrap it is handed over as it is")
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

    @Test func `a gzip of many empty members is read`() throws {
        let empty: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let members = Data(Array(repeatElement(empty, count: 100_000).joined()))
        #expect(try unwrap(members.base64EncodedString(), .gzip) == "")
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
                    // Where it hits the first bytes, it makes a plain body.
                    #expect([nil, text, String(damaged)].contains(result))
                }
            }
        }
    }
}
