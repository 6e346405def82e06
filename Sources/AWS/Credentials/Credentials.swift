import Calendar
package import FoundationEssentials

/// What a request is signed with. Its descriptions show the access key's id, never the secret or
/// the token.
package struct Credentials: Sendable, Equatable {
    package let accessKeyID: String
    package let secretAccessKey: String
    package let sessionToken: String?
    /// `nil` for credentials that stay valid.
    package var expiration: Date?
    /// Where they came from, for logs.
    let source: String

    package init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil,
        expiration: Date? = nil, source: String = "given explicitly"
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
        self.source = source
    }

    /// Whether a service cannot tell them apart.
    func signsLike(_ other: Credentials) -> Bool {
        accessKeyID == other.accessKeyID && secretAccessKey == other.secretAccessKey
            && sessionToken == other.sessionToken
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        let validity = expiration.map { "until \(CivilTime($0).iso8601)" } ?? "without expiry"
        return "credentials \(accessKeyID) \(validity) (\(source))"
    }

    package var debugDescription: String { description }

    /// `dump` and test failures look here.
    package var customMirror: Mirror {
        Mirror(self, children: ["description": description])
    }
}
