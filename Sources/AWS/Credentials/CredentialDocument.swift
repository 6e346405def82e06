import Calendar
import FoundationEssentials
import JSON

/// The JSON that the container endpoint, the instance metadata service and a `credential_process`
/// answer with.
struct CredentialDocument {
    private let document: JSONValue

    /// `nil` for what is not a JSON object. Fields that are neither text nor a whole number count
    /// as missing.
    init?(_ bytes: [UInt8]) {
        guard let document = try? JSONValue(parsing: bytes), case .object = document else {
            return nil
        }
        self.document = document
    }

    var version: Int? { document["Version"]?.asInteger }

    subscript(_ field: String) -> String? {
        guard let value = document[field]?.asText, !value.isEmpty else { return nil }
        return value
    }

    /// - Throws: when a field is missing or the expiration is no moment. Values are not quoted.
    func credentials(tokenField: String, source: String) throws(CredentialError) -> Credentials {
        guard let id = self["AccessKeyId"], let secret = self["SecretAccessKey"] else {
            throw CredentialError(
                .misconfigured, "\(source): AccessKeyId or SecretAccessKey is missing in the answer"
            )
        }
        // A number would pass for no expiration, and the keys for ones that never end.
        if let expiration = document["Expiration"], expiration != .null, expiration.asText == nil {
            throw notOfTheForm(source)
        }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: self[tokenField],
            expiration: try parseExpiration(self["Expiration"], source: source), source: source)
    }
}

/// - Throws: when there is text that is no moment; no text is no expiration.
func parseExpiration(_ text: String?, source: String) throws(CredentialError) -> Date? {
    guard let text else { return nil }
    guard let date = Date(iso8601: text) else { throw notOfTheForm(source) }
    return date
}

private func notOfTheForm(_ source: String) -> CredentialError {
    CredentialError(
        .misconfigured, "\(source): the expiration is not of the form 2026-01-31T12:00:00Z")
}
