import Glibc

/// The two streams a command writes to, whole strings at a time.
enum Terminal {
    enum Stream: Int32 {
        case output = 1
        case error = 2
    }

    static func isInteractive(_ stream: Stream) -> Bool { isatty(stream.rawValue) == 1 }

    static var isInputInteractive: Bool { isatty(0) == 1 }

    /// Writes all of it; what a closed pipe does not take is given up.
    static func write(_ text: String, to stream: Stream = .output) {
        var remaining = Array(text.utf8)[...]
        while !remaining.isEmpty {
            let count = remaining.withUnsafeBytes {
                Glibc.write(stream.rawValue, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            remaining = remaining.dropFirst(count)
        }
    }

    static func line(_ text: String, to stream: Stream = .output) {
        write(text + "\n", to: stream)
    }
}
