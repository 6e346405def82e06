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
    /// cannot say at all, control characters in a mistaken request that an error repeats, becomes
    /// a question mark.
    mutating func text(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): raw("&amp;")
            case UInt8(ascii: "<"): raw("&lt;")
            case UInt8(ascii: ">"): raw("&gt;")
            case UInt8(ascii: "\""): raw("&quot;")
            case UInt8(ascii: "\r"): raw("&#xD;")
            case UInt8(ascii: "\t"), UInt8(ascii: "\n"), 0x20...: bytes.append(byte)
            default: raw("?")
            }
        }
    }

    private mutating func raw(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }
}
