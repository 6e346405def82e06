import Calendar
import FoundationEssentials

/// The JSON that the container endpoint, the instance metadata service and a `credential_process`
/// answer with.
struct CredentialDocument: Decodable {
    private let values: [String: String]
    let version: Int?

    /// `nil` for what is not a JSON object. Fields that are neither text nor a whole number are
    /// left out.
    init?(_ bytes: [UInt8]) {
        guard let document = try? JSONDecoder().decode(Self.self, from: Data(bytes)) else {
            return nil
        }
        self = document
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: FieldName.self)
        var values: [String: String] = [:]
        for key in container.allKeys {
            values[key.stringValue] = try? container.decode(String.self, forKey: key)
        }
        self.values = values
        version = FieldName(stringValue: "Version").flatMap {
            try? container.decode(Int.self, forKey: $0)
        }
    }

    subscript(_ field: String) -> String? {
        guard let value = values[field], !value.isEmpty else { return nil }
        return value
    }

    /// - Throws: when a field is missing or the expiration is no moment. Values are not quoted.
    func credentials(tokenField: String, source: String) throws(CredentialError) -> Credentials {
        guard let id = self["AccessKeyId"], let secret = self["SecretAccessKey"] else {
            throw CredentialError(
                .misconfigured, "\(source): AccessKeyId or SecretAccessKey is missing in the answer"
            )
        }
        return Credentials(
            accessKeyID: id, secretAccessKey: secret, sessionToken: self[tokenField],
            expiration: try parseExpiration(self["Expiration"], source: source), source: source)
    }
}

private struct FieldName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init?(stringValue: String) {
        self.stringValue = stringValue
    }

    init?(intValue: Int) {
        nil
    }
}

/// - Throws: when there is text that is no moment; no text is no expiration.
func parseExpiration(_ text: String?, source: String) throws(CredentialError) -> Date? {
    guard let text else { return nil }
    guard let date = Date(iso8601: text) else {
        throw CredentialError(
            .misconfigured,
            "\(source): the expiration is not of the form 2026-01-31T12:00:00Z")
    }
    return date
}
