internal import HTTP

/// Puts the path that a message names into the URL that the operator gave. Scheme and host stay,
/// whatever the path is.
package enum TaskPath {
    package static func url(_ url: String, path: String) -> String {
        guard let start = url.firstRange(of: "://")?.upperBound else { return url }
        let origin = url[..<start] + url[start...].prefix { !"/?#".contains($0) }
        return origin + (path.hasPrefix("/") ? "" : "/") + encode(path)
    }

    /// What cannot stand in a path and query becomes `%XX`, RFC 3986 section 3.3. A `%` is taken to
    /// be encoding already.
    private static func encode(_ path: String) -> String {
        String(percentEncoding: path) { byte in
            isUnreserved(byte) || "!$&'()*+,;=:@/?%".utf8.contains(byte)
        }
    }
}
