import Crypto
import HTTP

/// What the store derives from bodies; what is answered of them is in SQS's `MessageDigests`.
enum Digests {
    /// The deduplication id of a body where the queue derives it from the content.
    static func content(_ body: String) -> String {
        String(hexadecimal: SHA256.hash(data: Array(body.utf8)))
    }
}
