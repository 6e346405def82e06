/// Why a text is not JSON (RFC 8259), or not the JSON that was expected.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Bytes of UTF-8 before the place, from 0.
    package let offset: Int
    package let problem: String
    /// Whether the text may well be JSON, but has more of something than is read.
    package let isLimit: Bool

    package init(offset: Int, problem: String, isLimit: Bool = false) {
        self.offset = offset
        self.problem = problem
        self.isLimit = isLimit
    }

    package var description: String { "\(problem) at byte \(offset + 1)" }
}
