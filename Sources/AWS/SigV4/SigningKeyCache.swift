import Crypto
import FoundationEssentials
import Synchronization

/// Holds the signing key last derived.
///
/// A key is good for one day, region, service and secret. Deriving it takes four of the five HMACs of a
/// signature, so a busy daemon should do it once a day. One entry is enough: a signer is of one region
/// and service, and uses one set of credentials at a time.
final class SigningKeyCache: Sendable {
    private struct Entry {
        let day: String
        let secret: String
        let key: SymmetricKey
    }

    private let last = Mutex<Entry?>(nil)

    /// The signature in hexadecimal.
    func signature(
        of text: String, day: String, secret: String, region: String, service: String
    ) -> String {
        let key = last.withLock { entry in
            if let entry, entry.day == day, entry.secret == secret { return entry.key }
            let key = Self.derive(day: day, secret: secret, region: region, service: service)
            entry = Entry(day: day, secret: secret, key: key)
            return key
        }
        return hexadecimal(Self.code(of: text, key))
    }

    private static func derive(
        day: String, secret: String, region: String, service: String
    ) -> SymmetricKey {
        [day, region, service, "aws4_request"].reduce(
            SymmetricKey(data: Array("AWS4\(secret)".utf8))
        ) { key, part in SymmetricKey(data: code(of: part, key)) }
    }

    private static func code(
        of text: String, _ key: SymmetricKey
    ) -> HashedAuthenticationCode<SHA256> {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
    }
}
