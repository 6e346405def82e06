/// Takes a body in chunks apart (RFC 9112, 7.1). Extensions and trailers are read over.
struct ChunkReader {
    enum Event: Equatable {
        /// Only what stands between the data.
        case none
        /// A chunk of that many bytes comes.
        case announced(Int)
        /// The bytes of a chunk, counted from the first that were given.
        case data(Range<Int>)
        case end
        case fault(String)
    }

    /// The bytes of one chunk's extensions, or of all trailers: neither is of use to anybody here.
    static let extraLimit = 16 << 10

    private enum Place {
        case size(digits: Int)
        case sizeBlank
        case sizeExtension
        case sizeEnd
        case data
        case dataReturn
        case dataEnd
        case trailerStart
        case trailer
        case trailerEnd
        case lastEnd
    }

    private var place = Place.size(digits: 0)
    private var size = 0
    private var extra = 0

    /// Takes bytes until there is something to tell of them.
    ///
    /// - Parameter bytes: at least one.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> (consumed: Int, event: Event) {
        if case .data = place {
            let count = min(size, bytes.count)
            size -= count
            if size == 0 { place = .dataReturn }
            return (count, .data(0..<count))
        }
        for (index, byte) in bytes.enumerated() {
            let event = step(byte)
            if event != .none { return (index + 1, event) }
        }
        return (bytes.count, .none)
    }

    private mutating func step(_ byte: UInt8) -> Event {
        switch (place, byte) {
        case (.size(let digits), _): return stepSize(byte, digits)
        case (.sizeBlank, UInt8(ascii: " ")), (.sizeBlank, UInt8(ascii: "\t")): return count()
        case (.sizeBlank, UInt8(ascii: ";")): place = .sizeExtension
        case (.sizeBlank, 0x0D), (.sizeExtension, 0x0D): place = .sizeEnd
        case (.sizeExtension, _) where byte != 0x0A: return count()
        case (.sizeEnd, 0x0A):
            extra = 0
            place = size == 0 ? .trailerStart : .data
            return size == 0 ? .none : .announced(size)
        case (.dataReturn, 0x0D): place = .dataEnd
        case (.dataEnd, 0x0A):
            place = .size(digits: 0)
        case (.trailerStart, 0x0D): place = .lastEnd
        case (.lastEnd, 0x0A): return .end
        case (.trailer, 0x0D): place = .trailerEnd
        case (.trailerEnd, 0x0A): place = .trailerStart
        case (.trailerStart, _) where byte != 0x0A, (.trailer, _) where byte != 0x0A:
            place = .trailer
            return count()
        case (.sizeBlank, _), (.sizeExtension, _), (.sizeEnd, _), (.data, _), (.dataReturn, _),
            (.dataEnd, _), (.trailerStart, _), (.trailer, _), (.trailerEnd, _), (.lastEnd, _):
            return .fault("its body is not in chunks as it says")
        }
        return .none
    }

    private mutating func stepSize(_ byte: UInt8, _ digits: Int) -> Event {
        if let digit = hexadecimalDigit(byte) {
            // A size of 2^60 would pass every limit in any case.
            guard digits < 15 else { return .fault("a chunk of it is too large for any body") }
            size = digits == 0 ? digit : size << 4 | digit
            place = .size(digits: digits + 1)
            return .none
        }
        guard digits > 0 else { return .fault("its body is not in chunks as it says") }
        place = .sizeBlank
        return step(byte)
    }

    private mutating func count() -> Event {
        extra += 1
        return extra > Self.extraLimit
            ? .fault("it has more between its chunks than \(Self.extraLimit) bytes") : .none
    }
}

private func hexadecimalDigit(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
}
