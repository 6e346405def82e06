import SQS

extension SQSError {
    static let lost = SQSError(.leaseLost, code: "ReceiptHandleIsInvalid", "void handle")
    static let cut = SQSError(.transient, code: "ConnectionReset", "the connection was cut")
    static let denied = SQSError(.denied, code: "AccessDenied", "not allowed")
}
