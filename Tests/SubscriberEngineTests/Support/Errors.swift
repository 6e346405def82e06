import SQS

extension SQSError {
    static let lost = SQSError(.leaseLost, code: "ReceiptHandleIsInvalid", "void handle")
    static let cut = SQSError(.transient, code: "ConnectionReset", "the connection was cut")
    /// Of a proxy: no answer of SQS.
    static let notFound = SQSError(.malformed, code: "HTTP 404", "162 bytes of text/html")
    static let denied = SQSError(.denied, code: "AccessDenied", "not allowed")
}
