/// Why a text is not JSON (RFC 8259), or not the JSON that was expected.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Bytes of UTF-8 before the place, from 0.
    package let offset: Int
    package let problem: String

    package init(offset: Int, problem: String) {
        self.offset = offset
        self.problem = problem
    }

    package var description: String { "\(problem) at byte \(offset + 1)" }
}
