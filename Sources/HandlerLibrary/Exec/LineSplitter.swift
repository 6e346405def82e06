/// Cuts bytes into lines of text, however they arrive.
package struct LineSplitter {
    /// The longest line, in bytes; a longer one is continued on the next. What journald uses for
    /// the output of services (`LineMax=`, journald.conf(5)).
    package static let lineLimit = 48 * 1024

    private var partial: [UInt8] = []

    package init() {}

    /// Gives every line that is complete to `emit`, without its newline. Empty lines are passed
    /// over, as journald does.
    ///
    /// - Parameter emit: also told whether the line ends there, or is continued with the next.
    package mutating func append(_ bytes: ArraySlice<UInt8>, emit: (String, Bool) -> Void) {
        var rest = bytes
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            add(rest[..<newline], emit: emit)
            finish(emit: emit)
            rest = rest[(newline + 1)...]
        }
        add(rest, emit: emit)
    }

    /// Gives the last line to `emit`, which no newline ended.
    package mutating func finish(emit: (String, Bool) -> Void) {
        guard !partial.isEmpty else { return }
        // Repairs what is not UTF-8: each wrong sequence becomes U+FFFD.
        emit(String(decoding: partial, as: UTF8.self), true)
        partial.removeAll(keepingCapacity: true)
    }

    private mutating func add(_ bytes: ArraySlice<UInt8>, emit: (String, Bool) -> Void) {
        partial += bytes
        while partial.count > Self.lineLimit {
            let cut = partial.endOfText(atMost: Self.lineLimit)
            emit(String(decoding: partial[..<cut], as: UTF8.self), false)
            partial.removeFirst(cut)
        }
    }
}

extension RandomAccessCollection<UInt8> where Index == Int {
    /// Where to cut UTF-8 so that at most `limit` bytes, counted from index 0, are kept and no
    /// character is cut. `limit` itself in what is not UTF-8 there. For more than `limit` bytes.
    func endOfText(atMost limit: Int) -> Int {
        /// A UTF-8 sequence has at most three continuation bytes.
        for cut in stride(from: limit, through: Swift.max(1, limit - 3), by: -1)
        where self[cut] & 0b1100_0000 != 0b1000_0000 {
            return cut
        }
        return limit
    }
}
