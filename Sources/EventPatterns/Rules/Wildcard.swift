/// A text in which `*` stands for any number of characters.
///
/// The time to match grows with the length of the value and not with the number of stars: between
/// two stars the first place where the text fits is as good as any later one, and it is found
/// without going back (Knuth, Morris, Pratt).
struct Wildcard: Sendable, Equatable {
    private let first: [UInt8]
    private let middle: [Part]
    /// Nil where there is no star: ``first`` is the whole text.
    private let last: [UInt8]?

    /// A text between two stars.
    private struct Part: Sendable, Equatable {
        let bytes: [UInt8]
        /// The length, for each beginning, of the longest shorter one that it ends with.
        let borders: [Int]
    }

    /// Why a text is no wildcard, in words that follow it.
    struct Invalid: Error, Equatable {
        let problem: String
    }

    init(_ text: String) throws(Invalid) {
        var parts: [[UInt8]] = [[]]
        var isEscaped = false
        var afterStar = false
        for byte in text.utf8 {
            if isEscaped {
                guard byte == UInt8(ascii: "*") || byte == UInt8(ascii: "\\") else {
                    throw Invalid(problem: #"has a \ before something other than * or \"#)
                }
                isEscaped = false
                parts[parts.count - 1].append(byte)
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "*") {
                guard !afterStar else { throw Invalid(problem: "has two * in a row") }
                parts.append([])
                afterStar = true
                continue
            } else {
                parts[parts.count - 1].append(byte)
            }
            afterStar = false
        }
        guard !isEscaped else { throw Invalid(problem: #"ends with a \"#) }
        first = parts.removeFirst()
        last = parts.popLast()
        middle = parts.map { Part(bytes: $0, borders: Self.borders(of: $0)) }
    }

    func matches(_ value: UnsafeRawBufferPointer) -> Bool {
        guard let last else { return value.elementsEqual(first) }
        guard value.count >= first.count + last.count, value.starts(with: first),
            value.suffix(last.count).elementsEqual(last)
        else { return false }
        var position = first.count
        let end = value.count - last.count
        for part in middle {
            guard let next = Self.endOf(part, in: value, from: position, to: end) else {
                return false
            }
            position = next
        }
        return true
    }

    private static func endOf(
        _ part: Part, in value: UnsafeRawBufferPointer, from start: Int, to end: Int
    ) -> Int? {
        var fitting = 0
        var position = start
        while position < end {
            while fitting > 0, part.bytes[fitting] != value[position] {
                fitting = part.borders[fitting - 1]
            }
            if part.bytes[fitting] == value[position] { fitting += 1 }
            position += 1
            if fitting == part.bytes.count { return position }
        }
        return nil
    }

    private static func borders(of bytes: [UInt8]) -> [Int] {
        var borders = [Int](repeating: 0, count: bytes.count)
        var border = 0
        for index in bytes.indices.dropFirst() {
            while border > 0, bytes[border] != bytes[index] { border = borders[border - 1] }
            if bytes[border] == bytes[index] { border += 1 }
            borders[index] = border
        }
        return borders
    }
}
