import FoundationEssentials
import Intake
import MessageHandling
import Testing

/// Pointers to payloads in S3. The bodies and attributes are those of the extended client
/// libraries.
@Suite struct PayloadPointerTests {
    private static let size = text("300000", type: "Number")
    private static let own = text("a")

    private static func body(
        _ type: String = "software.amazon.payloadoffloading.PayloadS3Pointer",
        _ place: String = #"{"s3BucketName": "payloads", "s3Key": "ab/12"}"#
    ) -> String {
        "[\"\(type)\", \(place)]"
    }

    private func content(_ body: String, attribute: String? = "ExtendedPayloadSize") -> Message {
        var attributes = ["own": Self.own]
        if let attribute { attributes[attribute] = Self.size }
        return message(body, attributes)
    }

    @Test(arguments: [
        ("software.amazon.payloadoffloading.PayloadS3Pointer", "ExtendedPayloadSize"),
        ("com.amazon.sqs.javamessaging.MessageS3Pointer", "SQSLargePayloadSize"),
        ("com.amazonaws.largepayloadoffloading.PayloadS3Pointer", "SQSLargePayloadSize"),
    ])
    func `the pointers of every version are read`(type: String, attribute: String) throws {
        let pointer = try content(Self.body(type), attribute: attribute).payloadPointer()
        #expect(pointer?.bucket == "payloads")
        #expect(pointer?.key == "ab/12")
        #expect(pointer?.size == 300_000)
    }

    @Test(arguments: [
        (#"{"s3BucketName":"payloads","s3Key":"ab/12"}"#, "SQSLargePayloadSize"),
        (#"{"s3BucketName":"payloads","s3Key":"ab/12"}"#, "ExtendedPayloadSize"),
        (#"{"S3Key":"ab/12","S3BucketName":"payloads"}"#, "SQSLargePayloadSize"),
        ("\u{FEFF}" + body(), "ExtendedPayloadSize"),
    ])
    func `a pointer may be the object alone`(body: String, attribute: String) throws {
        let pointer = try content(body, attribute: attribute).payloadPointer()
        #expect(pointer?.bucket == "payloads")
        #expect(pointer?.key == "ab/12")
        #expect(pointer?.size == 300_000)
    }

    @Test(arguments: [
        #"{"S3Payload":{"Id":"ab/12","Bucket":"payloads","Key":"ab/12","Location":"https://x"}}"#,
        #" { "S3Payload" : {"Key": "ab/12", "Bucket": "payloads"} } "#,
    ])
    func `an object of sns-sqs-big-payload is a pointer by itself`(body: String) throws {
        let pointer = try content(body, attribute: nil).payloadPointer()
        #expect(pointer?.bucket == "payloads")
        #expect(pointer?.key == "ab/12")
        #expect(pointer?.size == nil)
    }

    @Test(arguments: [
        #"{"S3Payload":{"Id":"ab/12","Key":"ab/12","Location":"https://x"}}"#,
        #"{"S3Payload":{"Bucket":"payloads","Key":"ab/12"},"more":1}"#,
        #"[{"S3Payload":{"Bucket":"payloads","Key":"ab/12"}}]"#, #"{"S3Payload":"payloads"}"#,
        #"{"text":"\"S3Payload\""}"#, "\"S3Payload\"",
    ])
    func `a body that only looks like one is the payload`(body: String) throws {
        let plain = content(body, attribute: nil)
        #expect(try plain.unwrapped([.s3]).message == plain)
        #expect(try plain.payloadPointer() == nil)
    }

    @Test(arguments: [
        ("(payloads)ab/12", "ab/12"), ("(payloads)a(b)/12 ", "a(b)/12 "),
    ])
    func `an attribute may say where the payload is`(place: String, key: String) throws {
        let content = message("whatever", ["S3MessageBodyKey": text(place)])
        let pointer = try content.payloadPointer()
        #expect(pointer?.bucket == "payloads")
        #expect(pointer?.key == key)
    }

    @Test(arguments: ["", "payloads", "(payloads)", "()k", "(payloads", "payloads)k", "x(b)k"])
    func `an attribute that should say where and does not is refused`(place: String) {
        let content = message("whatever", ["S3MessageBodyKey": text(place)])
        #expect(throws: EnvelopeError.self) { try content.unwrapped([.s3]) }
    }

    @Test func `the reason quotes the form that is expected, and names the way out`() {
        let error = #expect(throws: EnvelopeError.self) { try content("{}").unwrapped([.s3]) }
        #expect(
            error?.description == """
                is no pointer to a payload in S3, which the attribute ExtendedPayloadSize says it \
                is: ["software.amazon.payloadoffloading.PayloadS3Pointer",\
                {"s3BucketName":"BUCKET","s3Key":"KEY"}] or that object alone; without "s3" in \
                unwrap it is handed over as it is
                """)
    }

    @Test func `without the reserved attribute a body is the payload, whatever it looks like`()
        throws
    {
        let plain = content(Self.body(), attribute: nil)
        #expect(try plain.payloadPointer() == nil)
        #expect(try plain.unwrapped([.s3]).message == plain)
    }

    @Test(arguments: [
        "", "hello", "[]", "{}", "null", "[\"a.PayloadS3Pointer\"", body("PayloadS3Pointer"),
        body("java.net.URL"), body("x.PayloadS3Pointer", "{}"), body("x.PayloadS3Pointer", "[]"),
        body("x.PayloadS3Pointer", #"{"s3BucketName": "b"}"#),
        body("x.PayloadS3Pointer", #"{"s3BucketName": "", "s3Key": "k"}"#),
        body("x.PayloadS3Pointer", #"{"s3BucketName": "b", "s3Key": ""}"#),
        body("x.PayloadS3Pointer", #"{"s3BucketName": ["b"], "s3Key": {"k": 1}}"#),
        body() + " x", #"[1, {"s3BucketName": "b", "s3Key": "k"}]"#,
        #"["x.PayloadS3Pointer", {"s3BucketName": "b", "s3Key": "k"}, 3]"#,
        "[\"x.PayloadS3Pointer\", " + String(repeating: "[", count: 100_000),
    ])
    func `a body that should be a pointer and is none is refused`(body: String) {
        let error = EnvelopeError.self
        #expect(throws: error) { try content(body).payloadPointer() }
        #expect(throws: error) { try content(body).unwrapped([.s3]) }
    }

    @Test(arguments: ["", "many", "-5", "99999999999999999999"])
    func `a size that is none does no harm`(size: String) throws {
        let attribute = text(size, type: "Number")
        let pointer = try message(Self.body(), ["ExtendedPayloadSize": attribute]).payloadPointer()
        #expect(pointer?.key == "ab/12")
        #expect(pointer?.size == Int(size))
    }

    @Test func `envelopes inside of the payload wait for it`() throws {
        let pointer = content(Self.body())
        let unwrapped = try pointer.unwrapped([.s3, .gzip])
        #expect(unwrapped.message == pointer)
        #expect(unwrapped.payload?.pointer.key == "ab/12")
        let plain = try content("aGk=", attribute: nil).unwrapped([.s3, .base64])
        #expect(plain.message.body == "hi")
    }

    /// What a payload is made, by its envelopes.
    private func content(
        of bytes: [UInt8], _ attributes: [String: MessageAttribute] = [:], _ inner: Envelope...
    ) throws -> Message {
        let pointer = message(
            Self.body(), attributes.merging(["ExtendedPayloadSize": Self.size]) { $1 })
        let payload = try #require(try pointer.unwrapped([.s3] + inner).payload)
        return try pointer.unwrapped(payload, holding: bytes)
    }

    @Test func `the payload takes the pointer's place, and the reserved attributes go`() throws {
        let attributes = ["own": Self.own, "S3MessageBodyKey": text("(payloads)ab/12")]
        let payload = try content(of: Array("größer".utf8), attributes)
        #expect(payload == message("größer", ["own": Self.own]))
    }

    @Test func `a payload in gzip or zlib is inflated`() throws {
        let gzip = try #require(Data(base64Encoded: "H4sIAAAAAAACA6tWykxRsjKsBQDF+F1ECAAAAA=="))
        let zlib = try #require(Data(base64Encoded: "eJyrVspMUbIyrAUAC00CdQ=="))
        let said = ["Content-Encoding": text("gzip")]
        for bytes in [Array(gzip), Array(zlib), Array(gzip.base64EncodedData())] {
            #expect(try content(of: bytes, said, .gzip).body == "{\"id\":1}")
            #expect(try content(of: bytes, [:], .gzip).body == "{\"id\":1}")
            #expect(try content(of: bytes, [:], .base64, .gzip).body == "{\"id\":1}")
        }
        #expect(try content(of: Array(gzip)).body == "{\"id\":1}")
        #expect(try content(of: Array("{\"id\":2}".utf8), [:], .gzip).body == "{\"id\":2}")
    }

    @Test(arguments: [
        ([0xFF, 0xFE], "holds bytes that are no text in UTF-8"),
        ([0x1F, 0x8B, 8, 0], "holds gzip that ends too early"),
    ])
    func `a payload that cannot be read is refused with the reason`(bytes: [UInt8], reason: String)
    {
        let error = #expect(throws: EnvelopeError.self) { try content(of: bytes) }
        #expect(
            error?.description
                == "points to a payload in S3 that \(reason); without \"s3\" in unwrap "
                + "it is handed over as it is")
    }
}
