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
        var encoded = ""
        for byte in path.utf8 {
            let scalar = Unicode.Scalar(byte)
            if isAllowed(scalar) {
                encoded.unicodeScalars.append(scalar)
            } else {
                encoded +=
                    "%" + String(UInt16(byte) + 0x100, radix: 16, uppercase: true).dropFirst()
            }
        }
        return encoded
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9": true
        default: "-._~!$&'()*+,;=:@/?%".unicodeScalars.contains(scalar)
        }
    }
}
