/// Why a text is not a JSON document (RFC 8259).
package struct JSONSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Bytes of UTF-8 before the place, from 0.
    package let offset: Int
    package let problem: String

    package var description: String { "\(problem) at byte \(offset + 1)" }
}
