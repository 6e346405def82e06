import Crypto
import HTTP
package import MessageHandling

/// The MD5 digests by which SQS lets a client check what was stored and delivered.
///
/// They tell damage, not forgery. Written as SQS writes them: 32 lower-case hexadecimal digits.
package enum MessageDigests {
    /// Whether a digest, as SQS writes it, is the body's.
    static func matches(_ digest: String, _ body: String) -> Bool {
        var md5 = Insecure.MD5()
        md5.update(text: body)
        let digits: StaticString = "0123456789abcdef"
        var written = digest.utf8.makeIterator()
        for byte in md5.finalize() {
            guard written.next() == digits.utf8Start[Int(byte >> 4)],
                written.next() == digits.utf8Start[Int(byte & 15)]
            else { return false }
        }
        return written.next() == nil
    }

    /// The digest of no bytes at all.
    static let ofNothing = "d41d8cd98f00b204e9800998ecf8427e"

    /// Both of a message.
    package static func of(_ message: Message) -> ContentDigests {
        ContentDigests(body: body(message.body), attributes: attributes(message.attributes))
    }

    /// `MD5OfBody`, `MD5OfMessageBody`: of the body's UTF-8.
    package static func body(_ body: String) -> String {
        var md5 = Insecure.MD5()
        md5.update(text: body)
        return String(hexadecimal: md5.finalize())
    }

    /// `MD5OfMessageAttributes`; nil where there are none, as SQS then answers none.
    ///
    /// Sorted by name, each of name, data type and value after its length in 4 bytes, big-endian,
    /// and a byte for the kind of the value before it: 1 text, 2 binary. Source: Amazon SQS
    /// Developer Guide, “Calculating the MD5 message digest for message attributes”.
    package static func attributes(_ attributes: [String: MessageAttribute]) -> String? {
        guard !attributes.isEmpty else { return nil }
        var md5 = Insecure.MD5()
        let sorted = attributes.sorted {
            $0.key.utf8.lexicographicallyPrecedes($1.key.utf8)
        }
        for (name, attribute) in sorted {
            md5.updateWithLength(name)
            md5.updateWithLength(attribute.dataType)
            switch attribute.value {
            case .text(let text):
                md5.update(bytes: [1])
                md5.updateWithLength(text)
            case .binary(let bytes):
                md5.update(bytes: [2])
                md5.update(length: bytes.count)
                md5.update(bytes: bytes)
            }
        }
        return String(hexadecimal: md5.finalize())
    }

}

extension Insecure.MD5 {
    fileprivate mutating func updateWithLength(_ text: String) {
        update(length: text.utf8.count)
        update(text: text)
    }

    fileprivate mutating func update(length: Int) {
        let length = UInt32(truncatingIfNeeded: length)  // no message is larger than 1 MiB
        withUnsafeBytes(of: length.bigEndian) { update(bufferPointer: $0) }
    }

    fileprivate mutating func update(text: String) {
        var text = text
        text.withUTF8 { update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }

    fileprivate mutating func update(bytes: [UInt8]) {
        bytes.withUnsafeBytes { update(bufferPointer: $0) }
    }
}
