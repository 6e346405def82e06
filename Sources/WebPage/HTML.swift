/// Markup. What the program itself writes is taken as it is, every value in it as text that shows
/// as it is, in an element or in a quoted attribute.
///
///     let row: HTML = "<td title=\"\(name)\">\(body)</td>"
package struct HTML: Sendable, Equatable, ExpressibleByStringInterpolation {
    package let text: String

    /// A literal of the program, and never what somebody sent.
    package init(stringLiteral value: StaticString) {
        text = value.description
    }

    package init(stringInterpolation: StringInterpolation) {
        text = String(decoding: stringInterpolation.bytes, as: UTF8.self)
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var bytes: [UInt8] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            bytes.reserveCapacity(literalCapacity)
        }

        package mutating func appendLiteral(_ literal: StaticString) {
            literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
        }

        package mutating func appendInterpolation(_ text: some StringProtocol) {
            for byte in text.utf8 {
                switch byte {
                case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
                case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
                case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
                case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
                case UInt8(ascii: "'"): bytes.append(contentsOf: "&#39;".utf8)
                // A browser makes a line break of one that is not written like this.
                case UInt8(ascii: "\r"): bytes.append(contentsOf: "&#13;".utf8)
                default: bytes.append(byte)
                }
            }
        }

        package mutating func appendInterpolation(_ number: Int) {
            bytes.append(contentsOf: String(number).utf8)
        }

        /// Nothing where there is none.
        package mutating func appendInterpolation(_ html: HTML?) {
            bytes.append(contentsOf: (html?.text ?? "").utf8)
        }

        package mutating func appendInterpolation(_ parts: [HTML]) {
            for part in parts { bytes.append(contentsOf: part.text.utf8) }
        }
    }
}
