internal import MessageHandling

/// The last of what a child wrote, both of its streams as they came.
///
/// Costs a copy of what is written, and twice the memory of what is kept at most.
struct OutputTail {
    private static let limit = RunDetail.outputMaximum

    /// Twice ``limit`` long once there is something, so that most of what comes is only copied.
    private var bytes: [UInt8] = []
    private var count = 0
    private var last: OutputStream?

    mutating func append(_ read: ArraySlice<UInt8>, from stream: OutputStream) {
        if bytes.isEmpty { bytes = [UInt8](repeating: 0, count: 2 * Self.limit) }
        // What one stream began to say does not run into what the other says.
        if let last, last != stream, count > 0, bytes[count - 1] != UInt8(ascii: "\n") {
            add([UInt8(ascii: "\n")])
        }
        last = stream
        add(read.suffix(Self.limit))
    }

    private mutating func add(_ new: ArraySlice<UInt8>) {
        let kept = count + new.count > bytes.count ? min(count, Self.limit) : count
        bytes.withUnsafeMutableBytes { room in
            if kept < count {
                room.copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: room[(count - kept)..<count]))
            }
            new.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: room[kept...]).copyMemory(from: $0)
            }
        }
        count = kept + new.count
    }

    /// The text that was kept, at most ``RunDetail/outputMaximum`` bytes, without the level
    /// prefixes of its lines and the line ends around it. Nil where there is nothing. What is not
    /// UTF-8 is repaired.
    var text: String? {
        let lines = bytes[..<count].suffix(Self.limit).split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let texts = lines.enumerated().map { index, line in
            // The first may have lost the beginning of its first character.
            let whole = index > 0 ? line : line.drop { $0 & 0b1100_0000 == 0b1000_0000 }
            return OutputLevel.split(String(decoding: whole, as: UTF8.self)).text
        }
        // Repaired text may be longer than what it was made of.
        var text = texts.joined(separator: "\n").end(bytes: Self.limit)
        while text.last?.isNewline == true { text.removeLast() }
        while text.first?.isNewline == true { text.removeFirst() }
        return text.isEmpty ? nil : String(text)
    }
}

extension String {
    /// The end of the text that takes at most so many bytes, from a character on.
    func end(bytes limit: Int) -> Substring {
        guard utf8.count > limit else { return self[...] }
        var start = utf8.index(endIndex, offsetBy: -limit)
        while start < endIndex, start.samePosition(in: unicodeScalars) == nil {
            start = utf8.index(after: start)
        }
        return self[start...]
    }
}
