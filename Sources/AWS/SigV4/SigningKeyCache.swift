import Crypto
import FoundationEssentials
import Synchronization

/// Holds the signing key last derived.
///
/// A key is good for one day, region, service and secret. Deriving it takes four of the five HMACs
/// of a signature, so a busy daemon should do it once a day. One entry is enough: a signer is of
/// one region and service, and uses one set of credentials at a time.
final class SigningKeyCache: Sendable {
    private struct Entry {
        let day: String
        let secret: String
        /// Has taken in the key, and no text yet: a copy of it is quicker to make than a new one.
        let keyed: HMAC<SHA256>
    }

    private let last = Mutex<Entry?>(nil)

    /// What computes signatures: it has taken in the key, and no text yet.
    func keyed(day: String, secret: String, region: String, service: String) -> HMAC<SHA256> {
        last.withLock { entry in
            if let entry, entry.day == day, entry.secret == secret { return entry.keyed }
            let key = Self.derive(day: day, secret: secret, region: region, service: service)
            let keyed = HMAC<SHA256>(key: key)
            entry = Entry(day: day, secret: secret, keyed: keyed)
            return keyed
        }
    }

    private static func derive(
        day: String, secret: String, region: String, service: String
    ) -> SymmetricKey {
        [day, region, service, "aws4_request"].reduce(
            SymmetricKey(data: Array("AWS4\(secret)".utf8))
        ) { key, part in
            SymmetricKey(
                data: HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: key))
        }
    }
}
