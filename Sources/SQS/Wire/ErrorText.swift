/// The text of an error, for the operator: what was tried, what the service says, what to do.
enum ErrorText {
    /// The service explains itself in a sentence or two; more is not for a log line.
    static let maximumLength = 400

    /// The first line, without control characters, at most ``maximumLength`` characters.
    ///
    /// The first only: below it, the text of a signature error repeats the canonical request, with
    /// the session token in it.
    static func line(_ text: String) -> String {
        let first = text.prefix { !$0.isNewline }.prefix(maximumLength)
        return String(String.UnicodeScalarView(first.unicodeScalars.map { printable($0) }))
    }

    private static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        scalar.properties.generalCategory == .control ? " " : scalar
    }

    /// - Parameter known: whether an AWS service, or something like one, answered.
    static func compose(
        _ call: Call, code: String, said: String, kind: SQSError.Kind, known: Bool
    ) -> String {
        let remedy =
            known
            ? remedy(for: kind, in: call)
            : "Is the endpoint an SQS server, or does a proxy or a login page answer in its place?"
        let sentence = said.hasSuffix(".") || said.isEmpty ? said : said + "."
        return [call.description + ":", sentence, "(\(code))", remedy]
            .filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static func remedy(for kind: SQSError.Kind, in call: Call) -> String {
        switch kind {
        case .credentials:
            "Check the credentials in use (environment, profile, role): they are wrong, expired or "
                + "of another account."
        case .clockSkew: "Set this machine's clock; timedatectl shows whether it is synchronised."
        case .denied:
            "Allow \(call.operation.policyAction) to this identity, in IAM and in the queue's "
                + "policy; for an encrypted queue also the use of its KMS key."
        case .missing:
            "Check the queue's name, the region and the account, or create the queue."
        case .overLimit: "Messages in flight must be deleted or released first."
        case .throttled, .transient, .malformed, .leaseLost, .cancelled: ""
        }
    }
}
