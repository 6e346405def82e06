/// Keys and values as TOML writes them. Source: TOML 1.0.0.
package enum TOMLText {
    /// Bare where TOML allows it, else quoted.
    package static func key(_ name: String) -> String {
        let bare = name.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_")
        }
        return bare && !name.isEmpty ? name : string(name)
    }

    /// A basic string on one line.
    package static func string(_ text: String) -> String {
        "\"" + text.unicodeScalars.map(escaped).joined() + "\""
    }

    /// A path in a message of one line: a file's name may hold any character, a newline included.
    package static func path(_ path: String) -> String {
        path.unicodeScalars.map { isControl($0) ? escaped($0) : String($0) }.joined()
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\t": return "\\t"
        case let control where isControl(control):
            let digits = String(control.value, radix: 16, uppercase: true)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: return String(scalar)
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || scalar.value == 0x7F
    }
}
