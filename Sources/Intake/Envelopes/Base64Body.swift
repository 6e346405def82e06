import FoundationEssentials
import JSON

/// A body in base64 as encoders write it: with or without line ends, padding and a byte order mark,
/// in the alphabet of RFC 4648 section 4 or that of section 5, for URLs.
enum Base64Body {
    /// Nil where the body is none.
    static func bytes(of body: String) -> [UInt8]? {
        var text: [UInt8] = []
        text.reserveCapacity(body.utf8.count)
        for byte in body.utf8.withoutByteOrderMark {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                continue
            case UInt8(ascii: "-"): text.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): text.append(UInt8(ascii: "/"))
            default: text.append(byte)
            }
        }
        if !text.count.isMultiple(of: 4), text.last != UInt8(ascii: "=") {
            text += repeatElement(UInt8(ascii: "="), count: 4 - text.count % 4)
        }
        return Data(base64Encoded: Data(text)).map { Array($0) }
    }
}
