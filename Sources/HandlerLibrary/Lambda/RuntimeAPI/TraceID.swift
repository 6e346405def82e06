internal import HTTP

/// The trace header of an invocation.
///
/// Source: AWS X-Ray Developer Guide, "Tracing header".
package enum TraceID {
    /// The longest trace header that is passed on, in bytes: one has less than a hundred and some
    /// data of the sender's own, and a runtime ends that meets a header which it cannot take.
    static let maximum = 4_096

    /// A new trace, which nobody samples.
    ///
    /// - Parameter seconds: since 1970-01-01 UTC.
    package static func new(at seconds: Int64) -> String {
        let time = String(hexadecimal: UInt64(UInt32(truncatingIfNeeded: seconds)), digits: 8)
        return "Root=1-\(time)-\(random(bytes: 12));Parent=\(random(bytes: 8));Sampled=0"
    }

    /// Two random digits for each of so many bytes.
    static func random(bytes count: Int) -> String {
        String(hexadecimal: (0..<count).map { _ in UInt8.random(in: .min ... .max) })
    }
}
