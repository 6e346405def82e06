import Calendar
import FoundationEssentials
import HTTP

/// Why there are no credentials.
package struct CredentialError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: Sendable, Equatable {
        /// No source has any. Lasting on a machine that gets them from files; on an EC2 instance
        /// the metadata service may only have been slow.
        case missing
        /// A source is set up wrongly. Lasting.
        case misconfigured
        /// A source refuses: the role may not be assumed, the token has expired.
        case refused
        /// A source did not answer, or had trouble of its own. Passing.
        case unavailable
        /// The caller's task was cancelled.
        case cancelled
    }

    package let kind: Kind
    /// Names the source, what is wrong and what to do, without secrets.
    package let description: String
    /// Why each source that was asked had none, in their order; each begins with its source.
    let absences: [String]

    package init(_ kind: Kind, _ description: String, absences: [String] = []) {
        self.kind = kind
        self.description = description
        self.absences = absences
    }

    /// The error where there were credentials before: what became of their source, instead of all
    /// that was asked. It had some, so its silence is a passing trouble.
    func following(_ last: Credentials, at now: Date) -> CredentialError {
        guard kind == .missing,
            let reason = absences.first(where: { $0.hasPrefix(last.source) })
        else { return self }
        let end = last.expiration.flatMap { $0 <= now ? CivilTime($0).iso8601 : nil }
        return CredentialError(
            .unavailable,
            "the credentials of \(last.source)\(end.map { " ended at \($0) and" } ?? "") cannot be "
                + "renewed\(reason.dropFirst(last.source.count))")
    }

    init(_ error: SettingError) {
        self.init(.misconfigured, error.description)
    }

    init(_ error: TransportError, asking source: String) {
        let kind: Kind =
            switch error.kind {
            case .cancelled: .cancelled
            case .invalidURL, .tls: .misconfigured
            case .unresolved, .unreachable, .timeout, .closed, .stale, .tooLarge, .malformed:
                .unavailable
            }
        self.init(kind, "\(source) gave no answer: \(error.description)")
    }
}
