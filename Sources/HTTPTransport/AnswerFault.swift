/// Why what came cannot be the answer to a request.
package enum AnswerFault: Error, Equatable {
    /// It is not HTTP/1.1 as RFC 9112 has it, with the reason.
    case malformed(String)
    /// Its body is larger than that, in bytes.
    case tooLarge(Int)
}
