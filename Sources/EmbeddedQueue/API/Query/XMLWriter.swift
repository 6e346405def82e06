/// Writes XML into one buffer of bytes: elements and text, which is all that the answers of the
/// query protocol have.
struct XMLWriter {
    private(set) var bytes = Array(#"<?xml version="1.0"?>"#.utf8)

    mutating func root(
        _ name: String, namespace: String, _ content: (inout XMLWriter) -> Void
    ) {
        raw("<\(name) xmlns=\"\(namespace)\">")
        content(&self)
        raw("</\(name)>")
    }

    mutating func element(_ name: String, _ content: (inout XMLWriter) -> Void) {
        raw("<\(name)>")
        content(&self)
        raw("</\(name)>")
    }

    mutating func element(_ name: String, _ text: String) {
        element(name) { $0.text(text) }
    }

    /// A text as it is, carriage returns as well, which a reader would make line feeds of. What XML
    /// cannot say at all, control characters and U+FFFE and U+FFFF in a mistaken request that an
    /// error repeats, becomes a question mark.
    mutating func text(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": raw("&amp;")
            case "<": raw("&lt;")
            case ">": raw("&gt;")
            case "\"": raw("&quot;")
            case "\r": raw("&#xD;")
            case "\u{FFFE}", "\u{FFFF}": raw("?")
            case "\t", "\n", "\u{20}"...: bytes.append(contentsOf: scalar.utf8)
            default: raw("?")
            }
        }
    }

    private mutating func raw(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }
}
