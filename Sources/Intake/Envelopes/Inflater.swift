/// Undoes the compression "deflate" (RFC 1951).
struct Inflater {
    /// The output of all runs, one after the other.
    private(set) var output: [UInt8] = []
    /// The first byte that the last run did not read.
    private(set) var position = 0
    /// Where the output of this run begins; nothing before it is repeated.
    private var start = 0
    private let input: [UInt8]
    private let limit: Int
    private var bits: UInt32 = 0
    private var bitCount = 0

    init(_ input: [UInt8], limit: Int) {
        self.input = input
        self.limit = limit
    }

    /// Reads blocks to the last one.
    mutating func run(from position: Int) throws(EnvelopeError) {
        self.position = position
        start = output.count
        (bits, bitCount) = (0, 0)
        var isLast = false
        while !isLast {
            isLast = try take(1) == 1
            switch try take(2) {
            case 0: try copyStored()
            case 1: try inflate(HuffmanCode.fixedLiterals, HuffmanCode.fixedDistances)
            case 2:
                let (literals, distances) = try readCodes()
                try inflate(literals, distances)
            default: throw Self.invalid
            }
        }
    }

    private static let invalid = EnvelopeError("holds gzip that is damaged")

    /// The next bits, the first of them lowest; 13 at most.
    private mutating func take(_ count: Int) throws(EnvelopeError) -> Int {
        while bitCount < count {
            guard position < input.count else { throw Gzip.cut }
            bits |= UInt32(input[position]) << UInt32(bitCount)
            position += 1
            bitCount += 8
        }
        let value = bits & ((1 << UInt32(count)) - 1)
        bits >>= UInt32(count)
        bitCount -= count
        return Int(value)
    }

    private mutating func copyStored() throws(EnvelopeError) {
        (bits, bitCount) = (0, 0)
        guard position + 4 <= input.count else { throw Gzip.cut }
        let length = Int(input[position]) | Int(input[position + 1]) << 8
        let complement = Int(input[position + 2]) | Int(input[position + 3]) << 8
        guard length == ~complement & 0xFFFF else { throw Self.invalid }
        position += 4
        guard position + length <= input.count else { throw Gzip.cut }
        try makeRoom(length)
        output += input[position..<position + length]
        position += length
    }

    private mutating func inflate(
        _ literals: HuffmanCode, _ distances: HuffmanCode
    ) throws(EnvelopeError) {
        while true {
            let symbol = try decode(literals)
            if symbol < 256 {
                try makeRoom(1)
                output.append(UInt8(symbol))
                continue
            }
            guard symbol > 256 else { return }
            guard symbol - 257 < Self.lengths.count else { throw Self.invalid }
            let (base, extra) = Self.lengths[symbol - 257]
            let length = base + (try take(extra))
            let code = try decode(distances)
            guard code < Self.distances.count else { throw Self.invalid }
            let (least, more) = Self.distances[code]
            let distance = least + (try take(more))
            guard distance <= output.count - start else { throw Self.invalid }
            try makeRoom(length)
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }

    private func makeRoom(_ count: Int) throws(EnvelopeError) {
        guard output.count + count <= limit else {
            throw EnvelopeError("holds gzip of more than unwrap_limit allows: \(limit) bytes")
        }
    }

    private mutating func decode(_ code: HuffmanCode) throws(EnvelopeError) -> Int {
        var (value, first, index) = (0, 0, 0)
        for count in code.counts.dropFirst() {
            value |= try take(1)
            if value - first < count { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        throw Self.invalid
    }

    /// The two codes that stand at the beginning of a block.
    private mutating func readCodes() throws(EnvelopeError) -> (HuffmanCode, HuffmanCode) {
        let literalCount = try take(5) + 257
        let distanceCount = try take(5) + 1
        let count = try take(4) + 4
        var widths = [Int](repeating: 0, count: 19)
        for index in 0..<count { widths[Self.order[index]] = try take(3) }
        let code = try HuffmanCode(widths)
        var lengths: [Int] = []
        while lengths.count < literalCount + distanceCount {
            let symbol = try decode(code)
            switch symbol {
            case 0..<16: lengths.append(symbol)
            case 16:
                guard let last = lengths.last else { throw Self.invalid }
                lengths += [Int](repeating: last, count: 3 + (try take(2)))
            case 17: lengths += [Int](repeating: 0, count: 3 + (try take(3)))
            default: lengths += [Int](repeating: 0, count: 11 + (try take(7)))
            }
        }
        guard lengths.count == literalCount + distanceCount, lengths[256] > 0 else {
            throw Self.invalid
        }
        return (
            try HuffmanCode(Array(lengths[..<literalCount])),
            try HuffmanCode(Array(lengths[literalCount...]))
        )
    }

    /// RFC 1951, section 3.2.7.
    private static let order = [
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
    ]

    /// The least length or distance of each symbol, and the bits that are added to it (RFC 1951,
    /// section 3.2.5).
    private static let lengths: [(Int, Int)] = [
        (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1), (15, 1),
        (17, 1), (19, 2), (23, 2), (27, 2), (31, 2), (35, 3), (43, 3), (51, 3), (59, 3), (67, 4),
        (83, 4), (99, 4), (115, 4), (131, 5), (163, 5), (195, 5), (227, 5), (258, 0),
    ]
    private static let distances: [(Int, Int)] = [
        (1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (7, 1), (9, 2), (13, 2), (17, 3), (25, 3), (33, 4),
        (49, 4), (65, 5), (97, 5), (129, 6), (193, 6), (257, 7), (385, 7), (513, 8), (769, 8),
        (1025, 9), (1537, 9), (2049, 10), (3073, 10), (4097, 11), (6145, 11), (8193, 12),
        (12289, 12), (16385, 13), (24577, 13),
    ]
}

/// A Huffman code in the canonical form of RFC 1951, section 3.2.2.
struct HuffmanCode {
    /// How many symbols have a code of each length, from 0 to 15.
    let counts: [Int]
    /// The symbols in the order of their codes.
    let symbols: [Int]

    static let fixedLiterals = HuffmanCode(
        valid: [8, 9, 7, 8].enumerated().flatMap { index, width in
            [Int](repeating: width, count: [144, 112, 24, 8][index])
        })
    static let fixedDistances = HuffmanCode(valid: [Int](repeating: 5, count: 30))

    /// - Parameter widths: the length of each symbol's code; 0 for one that has none.
    /// - Throws: where there are more codes than fit.
    init(_ widths: [Int]) throws(EnvelopeError) {
        self.init(valid: widths)
        var free = 1
        for count in counts.dropFirst() {
            free = (free << 1) - count
            guard free >= 0 else { throw EnvelopeError("holds gzip that is damaged") }
        }
    }

    private init(valid widths: [Int]) {
        var counts = [Int](repeating: 0, count: 16)
        for width in widths where width > 0 { counts[width] += 1 }
        self.counts = counts
        symbols = widths.indices.filter { widths[$0] > 0 }.sorted {
            (widths[$0], $0) < (widths[$1], $1)
        }
    }
}
