/// Keeps secrets out of what is printed and logged.
///
/// Two kinds are known: the user information of a URL, wherever in a text it stands, and the value
/// of a name that says it is a secret, as a setting, in the query of a URL or as an argument
/// (`--password=…`). Others cannot be told from what they stand beside; they belong in
/// `LoadCredential=` and not in these files.
package enum Redaction {
    package static let mark = "[redacted]"

    /// The text with what is secret in it replaced by ``mark``.
    /// - Parameter name: the name of the setting or variable that holds the text.
    package static func redact(_ text: String, named name: String = "") -> String {
        if isSecret(name), !text.isEmpty { return mark }
        if let equals = text.firstIndex(of: "="), isOption(text[..<equals]),
            isSecret(String(text[..<equals]))
        {
            return "\(text[...equals])\(mark)"
        }
        return redactQueries(redactUserInfo(text))
    }

    /// Whether a name says that its value is a secret: `DB_PASSWORD`, `api-token`, `X-Api-Key`. The
    /// path of a file that holds one is none: `client_key_file`.
    static func isSecret(_ name: String) -> Bool {
        let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }
        if words.last == "file" { return false }
        return words.contains { word in
            secretEndings.contains { word.hasSuffix($0) }
        }
    }

    /// Whether it is a word that an argument may begin with.
    private static func isOption(_ text: Substring) -> Bool {
        text.allSatisfy { $0.isLetter || $0.isNumber || "-_.".contains($0) }
    }

    /// The endings of words, since variables are written together (`PGPASSWORD`, `apikey`).
    private static let secretEndings = [
        "password", "passwd", "passphrase", "secret", "token", "key", "credential", "credentials",
        "signature", "sig", "auth", "authorization", "cookie",
    ]

    /// `scheme://user:password@host` in any place of the text.
    private static func redactUserInfo(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "://") {
            result += rest[..<start.upperBound]
            rest = rest[start.upperBound...]
            let authority = rest.prefix { !"/?# \t\n\"'".contains($0) }
            if let at = authority.lastIndex(of: "@") {
                result += mark
                rest = rest[at...]
            }
        }
        return result + rest
    }

    /// `name=value` after a `?` or `&`, where the name says that the value is a secret.
    private static func redactQueries(_ text: String) -> String {
        guard text.contains("://"), let query = text.firstIndex(of: "?") else { return text }
        let parts = text[query...].dropFirst().split(
            separator: "&", omittingEmptySubsequences: false)
        let kept = parts.map { part -> String in
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, isSecret(String(pair[0])) else { return String(part) }
            return "\(pair[0])=\(mark)"
        }
        return text[...query] + kept.joined(separator: "&")
    }
}
