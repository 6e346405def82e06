/// A number of JSON by its value: 300, 300.0 and 3e2 are the same.
package enum JSONNumber: Sendable, Equatable {
    /// `mantissa` × 10^`exponent`; the mantissa has no zero at its end, and 0 has the exponent 0.
    case decimal(mantissa: Int64, exponent: Int)
    /// More digits than an `Int64` holds: the same only when written the same.
    case long([UInt8])

    /// - Parameter text: a number in the grammar of JSON.
    package init(_ text: UnsafeRawBufferPointer) {
        var (mantissa, exponent): (Int64, Int) = (0, 0)
        var digits = 0
        var pastPoint = false
        var index = text.first == UInt8(ascii: "-") ? 1 : 0
        let isNegative = index == 1
        // Zeros wait here until a digit after them shows that they count.
        var zeros = 0
        while index < text.count {
            let byte = text[index]
            if byte | 0x20 == UInt8(ascii: "e") { break }
            index += 1
            if byte == UInt8(ascii: ".") {
                pastPoint = true
                continue
            }
            if pastPoint { exponent -= 1 }
            if byte == UInt8(ascii: "0") {
                if mantissa != 0 { zeros += 1 }
                continue
            }
            digits += zeros + 1
            guard digits <= Self.maximumDigits else {
                self = .long(Array(text))
                return
            }
            for _ in 0..<zeros { mantissa *= 10 }
            zeros = 0
            mantissa = mantissa * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        guard let written = Self.exponent(of: text, from: index) else {
            self = .long(Array(text))
            return
        }
        self =
            mantissa == 0
            ? .decimal(mantissa: 0, exponent: 0)
            : .decimal(
                mantissa: isNegative ? -mantissa : mantissa, exponent: exponent + zeros + written)
    }

    package init(_ text: String) {
        self = Array(text.utf8).withUnsafeBytes { JSONNumber($0) }
    }

    /// Every number of 18 digits fits into an `Int64`.
    private static let maximumDigits = 18
    /// Far beyond what any number type holds, and far from overflow when digits are added.
    private static let maximumExponent = 1_000_000

    /// What stands after the `e`; 0 where there is none, nil where it is beyond reason.
    private static func exponent(of text: UnsafeRawBufferPointer, from index: Int) -> Int? {
        guard index < text.count else { return 0 }
        var value = 0
        var isNegative = false
        for byte in text[(index + 1)...] {
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "+"): break
            default: value = value * 10 + Int(byte - UInt8(ascii: "0"))
            }
            if value > maximumExponent { return nil }
        }
        return isNegative ? -value : value
    }

    /// The whole number that it is, where an `Int` holds it.
    package var integer: Int? {
        switch self {
        case .long(let digits): return Int(String(decoding: digits, as: UTF8.self))
        case .decimal(let mantissa, let exponent):
            guard (0...Self.maximumDigits).contains(exponent) else { return nil }
            let scaled = mantissa.multipliedReportingOverflow(by: Self.powers[exponent])
            return scaled.overflow ? nil : Int(scaled.partialValue)
        }
    }

    private static let powers = (0...maximumDigits).reduce(into: [Int64(1)]) { powers, _ in
        powers.append((powers.last ?? 1) &* 10)
    }

    /// The nearest number that a `Double` holds; infinite where all of those are less far from 0.
    package var double: Double {
        let text =
            switch self {
            case .decimal(let mantissa, let exponent): "\(mantissa)e\(exponent)"
            case .long(let digits): String(decoding: digits, as: UTF8.self)
            }
        return Double(text) ?? .nan
    }

    /// The number in millionths, where it is one of those that EventBridge documents for `numeric`:
    /// from -5e9 to 5e9 with at most six digits after the point. Else nil.
    package var millionths: Int64? {
        guard case .decimal(var value, let exponent) = self else { return nil }
        let shift = exponent + 6
        guard shift >= 0, value == 0 || shift <= Self.maximumDigits else { return nil }
        for _ in 0..<(value == 0 ? 0 : shift) {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = product
        }
        return abs(value) <= Self.maximumMillionths ? value : nil
    }

    private static let maximumMillionths: Int64 = 5_000_000_000_000_000
}
