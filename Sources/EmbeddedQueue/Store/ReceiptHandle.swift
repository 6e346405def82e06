import HTTP

/// A receipt handle, taken apart: which queue gave it, for which message, at which receive.
///
/// Nothing is looked up to know a handle from nonsense: it carries a checksum. It is no secret and
/// no signature; it only tells apart what the queue gave from what somebody typed.
struct ReceiptHandle: Hashable, Sendable {
    /// The queue's tag, drawn when it was created: a queue made anew does not know the old one's
    /// handles.
    var queue: UInt64
    /// The number of the message in its queue.
    var serial: UInt64
    /// The number of the receive.
    var nonce: UInt64

    private static let prefix = "AQEB"

    var text: String {
        var digits = Array(Self.prefix.utf8)
        for part in [queue, serial, nonce, checksum] {
            digits.append(
                contentsOf: String(hexadecimal: part, digits: Hexadecimal.width).utf8)
        }
        return String(decoding: digits, as: UTF8.self)
    }

    private var checksum: UInt64 {
        StoreRandom.mix(queue ^ StoreRandom.mix(serial ^ StoreRandom.mix(nonce)))
    }
}

extension ReceiptHandle {
    /// Nil where no queue of any store can have given this handle.
    init?(_ text: String) {
        let digits = Array(text.utf8)
        let start = Self.prefix.utf8.count
        guard text.hasPrefix(Self.prefix), digits.count == start + 4 * Hexadecimal.width else {
            return nil
        }
        let parts = (0..<4).compactMap { part in
            let from = start + part * Hexadecimal.width
            return Hexadecimal.value(digits[from..<from + Hexadecimal.width])
        }
        guard parts.count == 4 else { return nil }
        self.init(queue: parts[0], serial: parts[1], nonce: parts[2])
        guard checksum == parts[3] else { return nil }
    }
}
