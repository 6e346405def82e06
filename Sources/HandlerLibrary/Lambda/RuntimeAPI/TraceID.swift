/// The trace header of an invocation.
///
/// Source: AWS X-Ray Developer Guide, "Tracing header".
package enum TraceID {
    /// A new trace, which nobody samples.
    ///
    /// - Parameter seconds: since 1970-01-01 UTC.
    package static func new(at seconds: Int64) -> String {
        let time = String(UInt32(truncatingIfNeeded: seconds), radix: 16)
        let padded = String(repeating: "0", count: 8 - time.utf8.count) + time
        return "Root=1-\(padded)-\(hexadecimal(24));Parent=\(hexadecimal(16));Sampled=0"
    }

    /// So many random digits.
    static func hexadecimal(_ digits: Int) -> String {
        let alphabet = Array("0123456789abcdef".utf8)
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<digits).map { _ in
            alphabet[Int.random(in: alphabet.indices, using: &generator)]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
