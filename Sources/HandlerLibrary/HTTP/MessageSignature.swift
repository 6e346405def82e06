private import Crypto
package import FoundationEssentials
private import HTTP
package import MessageHandling

/// Signs what is posted, so that an endpoint can tell this daemon's requests from others.
///
/// The header `X-Sqs-Subscriber-Signature` is `t=SECONDS,v1=HEX`: the time of the request, in
/// seconds since 1970-01-01 UTC, and the HMAC-SHA256, in lower-case hexadecimal, of
/// `SECONDS.MESSAGE_ID.` and the body. The endpoint computes the same, compares in constant time,
/// and refuses times that are too far from its own: then a request that was overheard is of no use
/// later.
package struct MessageSignature: Sendable {
    package static let header = "X-Sqs-Subscriber-Signature"

    /// Why there is no key: names the file, and nothing that is in it.
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    /// Many times the longest key that is of use, which is a block of the hash; a larger file is
    /// here by mistake.
    package static let keyFileMaximum = 65_536

    private let key: [UInt8]

    /// Reads the key, now. One line end after it is not part of it: editors and `echo` add one.
    package init(keyFile: String) throws(Problem) {
        guard var key = FileContent.read(keyFile, atMost: Self.keyFileMaximum) else {
            throw Problem(description: "the key file '\(keyFile)' cannot be read")
        }
        guard key.count <= Self.keyFileMaximum else {
            throw Problem(
                description: "the key file '\(keyFile)' is larger than "
                    + "\(Self.keyFileMaximum) bytes")
        }
        if key.last == UInt8(ascii: "\n") { key.removeLast() }
        if key.last == UInt8(ascii: "\r") { key.removeLast() }
        guard !key.isEmpty else {
            throw Problem(description: "the key file '\(keyFile)' is empty")
        }
        self.key = key
    }

    /// The value of the header for one message.
    package func value(for message: Message, at time: Date) -> String {
        let seconds = Int(time.timeIntervalSince1970.rounded(.down))
        var code = HMAC<SHA256>(key: SymmetricKey(data: key))
        code.update(data: Array("\(seconds).\(message.id).".utf8))
        code.update(data: Array(message.body.utf8))
        return "t=\(seconds),v1=\(String(hexadecimal: code.finalize()))"
    }
}
