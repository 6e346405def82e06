import FoundationEssentials
import Intake
import MessageHandling
import TestKit

/// Bodies in envelopes: SNS, base64, gzip, pointers into S3, and one in the other.
struct EnvelopeTarget: FuzzTarget {
    let name = "envelopes"
    let words = [
        "{\"Type\": \"Notification\"", "\"Message\": \"x\"", "\"MessageAttributes\": {}", "H4sI",
        "====", "eJyr", "gzip,base64", "S3Payload",
        "AAAA", "//8=", "s3BucketName", "software.amazon.payloadoffloading.PayloadS3Pointer",
    ]
    /// Of the tested content, less than the memory that a worker may take.
    private static let limit = 8 << 20

    let corpus: [[UInt8]] = {
        let notification = #"""
            {"Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:eu-west-1:1:t",
             "Subject": "s", "Message": "{\"a\": 1}", "Timestamp": "2026-01-01T00:00:00.000Z",
             "MessageAttributes": {"kind": {"Type": "String", "Value": "order"},
              "bytes": {"Type": "Binary", "Value": "AQID"},
              "list": {"Type": "String.Array", "Value": "[\"a\", 1]"}}}
            """#
        let pointer =
            #"["software.amazon.payloadoffloading.PayloadS3Pointer","#
            + #"{"s3BucketName":"payloads","s3Key":"0c6d7cd4-8d7d-4ee8-b5a9-8d4e4d8f2a6c"}]"#
        return [notification, pointer, "eyJhIjogMX0=", compressed, ""].map { Array($0.utf8) }
    }()

    /// Twice `{"a": 1}` with a name and an extra field, in two members.
    private static let compressed =
        "H4sICAAAAAAA/2EAq1ZKVLJSMKwFALtzzZ8IAAAAH4sIAAAAAAAA/6tWSlSyUjCsBQC7c82fCAAAAA=="

    func input(_ random: inout SeededGenerator) -> [UInt8] {
        let text = Mutator(corpus: corpus, words: words).input(&random)
        guard random.isOne(in: 2) else { return text }
        // What is changed before it is encoded reaches what reads the bytes.
        let bytes = Data(base64Encoded: Self.compressed).map { Array($0) } ?? []
        let inner = random.isOne(in: 3) ? text : bytes
        let changed = Mutator(corpus: [inner], words: ["\u{1F}\u{8B}"]).input(&random)
        return Array(Data(changed).base64EncodedData())
    }

    func run(_ input: [UInt8]) async -> Verdict {
        let body = String(decoding: input, as: UTF8.self)
        let attributes = [
            "ExtendedPayloadSize": MessageAttribute(dataType: "Number", value: .text("300000"))
        ]
        var verdict = Verdict.refused
        for envelopes in Self.orders {
            for attributes in [[:], attributes] {
                let content = Message(
                    id: "m", receiptHandle: "r", body: body, attributes: attributes,
                    queue: Queue(name: "q", url: ""))
                guard let result = try? content.unwrapped(envelopes, limit: Self.limit).message
                else {
                    continue
                }
                if result.body != body { verdict = .accepted }
                if result.body.utf8.count > max(Self.limit, input.count * 3) {
                    return .wrong("grew to \(result.body.utf8.count) bytes")
                }
                _ = try? result.payloadPointer()
            }
        }
        return verdict
    }

    private static let orders: [[Envelope]] = [
        [.sns], [.base64], [.gzip], [.s3], [.sns, .gzip], [.base64, .gzip], [.s3, .sns, .base64],
    ]
}
