import Glibc

/// The kernel's words for an `errno` value.
enum SystemError {
    static func text(_ code: Int32) -> String {
        // The longest text of glibc has 50 characters.
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            guard let start = buffer.baseAddress, strerror_r(code, start, buffer.count) == 0
            else { return "error \(code)" }
            return String(cString: start)
        }
    }
}
