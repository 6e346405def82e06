import HTTP
import Settings

extension ValueType where Value == String {
    /// Where an HTTP handler posts, see `HTTPTarget`.
    static let httpTarget = text(
        "a URL with http:// or https://, or unix:SOCKET or unix:SOCKET:/PATH"
    ) { text in
        switch HTTPTarget(text) {
        case .unix: nil
        case nil where text.hasPrefix("unix:"):
            "is not unix:, the absolute path of a socket "
                + "(\(HTTPTarget.socketPathBytes) bytes at most) and, after a colon, a path"
        case .web, nil: WebAddress.problem(with: text, queryAllowed: true)
        }
    }
}

extension WebAddress {
    /// What is wrong with a URL, in words that follow it; nil where nothing is.
    package static func problem(with text: String, queryAllowed: Bool) -> String? {
        guard let address = WebAddress(text) else {
            return "is not a URL with http:// or https://, a host and, if any, a port up to 65535"
        }
        if address.hasUserInfo { return "has a user name or password, which are not used" }
        if address.hasFragment { return "has a fragment (#), which is never sent" }
        if address.query != nil, !queryAllowed { return "has a query (?)" }
        return nil
    }
}
