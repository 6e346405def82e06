import Crypto
import MessageHandling
import SQS

/// The digests that SQS answers, in lower-case hexadecimal.
enum Digests {
    /// `MD5OfMessageBody`: of the body's UTF-8.
    static func body(_ body: String) -> String {
        hexadecimal(Insecure.MD5.hash(data: Array(body.utf8)))
    }

    /// `MD5OfMessageAttributes`; nil where there are none. Source: “Calculating the MD5 message
    /// digest for message attributes” in the developer guide.
    static func attributes(_ attributes: [String: MessageAttribute]) -> String? {
        guard !attributes.isEmpty else { return nil }
        var bytes: [UInt8] = []
        for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
            append(Array(name.utf8), to: &bytes)
            append(Array(attribute.dataType.utf8), to: &bytes)
            switch attribute.value {
            case .text(let text):
                bytes.append(1)
                append(Array(text.utf8), to: &bytes)
            case .binary(let value):
                bytes.append(2)
                append(value, to: &bytes)
            }
        }
        return hexadecimal(Insecure.MD5.hash(data: bytes))
    }

    /// The deduplication id of a body where the queue derives it from the content.
    static func content(_ body: String) -> String {
        hexadecimal(SHA256.hash(data: Array(body.utf8)))
    }

    private static func append(_ part: [UInt8], to bytes: inout [UInt8]) {
        let length = UInt32(truncatingIfNeeded: part.count)
        withUnsafeBytes(of: length.bigEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: part)
    }

    private static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0x0F)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
