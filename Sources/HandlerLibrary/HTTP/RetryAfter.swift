internal import Calendar
package import FoundationEssentials

/// The delay that a `Retry-After` asks for, RFC 9110 section 10.2.3: seconds, or a date.
package enum RetryAfter {
    /// The longest delay taken: SQS keeps a message invisible for no longer than 12 hours.
    package static let longestDelay: Duration = .seconds(12 * 3_600)

    /// Whole seconds from 1 to ``longestDelay``. `nil`: it is neither, or asks for no delay, as 0
    /// and a date that is over do.
    package static func delay(_ field: String, now: Date) -> Duration? {
        if !field.isEmpty, field.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // Digits that do not fit are a long time all the same.
            let delay = Int64(field).map { min(.seconds($0), longestDelay) } ?? longestDelay
            return delay > .zero ? delay : nil
        }
        guard let date = HTTPDate.read(field)?.date else { return nil }
        let seconds = date.timeIntervalSince(now).rounded(.up)
        return seconds > 0 ? min(.seconds(seconds), longestDelay) : nil
    }
}
