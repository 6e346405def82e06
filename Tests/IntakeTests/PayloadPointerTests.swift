import Intake
import MessageHandling
import Testing

/// Pointers to payloads in S3. The bodies and attributes are those of the extended client libraries
/// of Java and Python.
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
        body("x.PayloadS3Pointer", #"{"s3bucketname": "b", "s3key": "k"}"#),
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

    @Test func `the payload takes the pointer's place, and the reserved attribute goes`() throws {
        let payload = try content(Self.body()).replacingPointer(with: Array("größer".utf8))
        #expect(payload == message("größer", ["own": Self.own]))
        #expect(throws: EnvelopeError.self) {
            try content(Self.body()).replacingPointer(with: [0xFF, 0xFE])
        }
    }
}
