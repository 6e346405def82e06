import CZlib

/// Files of gzip (RFC 1952), of one member or several.
enum Gzip {
    static func inflate(_ bytes: [UInt8], limit: Int) throws(EnvelopeError) -> [UInt8] {
        var inflater = Inflater(bytes, limit: limit)
        var position = 0
        repeat {
            let start = inflater.output.count
            try inflater.run(from: try skipHeader(bytes, from: position))
            position = inflater.position
            guard position + 8 <= bytes.count else { throw cut }
            let sum = word(bytes, at: position)
            let size = word(bytes, at: position + 4)
            guard checksum(inflater.output[start...]) == sum,
                UInt32(truncatingIfNeeded: inflater.output.count - start) == size
            else { throw EnvelopeError("holds gzip whose checksum does not fit its content") }
            position += 8
        } while position < bytes.count
        return inflater.output
    }

    static let cut = EnvelopeError("holds gzip that ends too early")

    private enum Flag {
        static let headerChecksum: UInt8 = 2
        static let extra: UInt8 = 4
        static let name: UInt8 = 8
        static let comment: UInt8 = 16
        static let reserved: UInt8 = 0xE0
    }

    /// The place of the compressed data.
    private static func skipHeader(
        _ bytes: [UInt8], from start: Int
    ) throws(EnvelopeError) -> Int {
        guard start + 10 <= bytes.count, bytes[start] == 0x1F, bytes[start + 1] == 0x8B,
            bytes[start + 2] == 8
        else { throw EnvelopeError("does not hold gzip") }
        let flags = bytes[start + 3]
        guard flags & Flag.reserved == 0 else {
            throw EnvelopeError("holds gzip with flags that are not known")
        }
        var position = start + 10
        if flags & Flag.extra != 0 {
            guard position + 2 <= bytes.count else { throw cut }
            position += 2 + Int(bytes[position]) + Int(bytes[position + 1]) << 8
        }
        for flag in [Flag.name, Flag.comment] where flags & flag != 0 {
            while position < bytes.count, bytes[position] != 0 { position += 1 }
            position += 1
        }
        if flags & Flag.headerChecksum != 0 { position += 2 }
        guard position < bytes.count else { throw cut }
        return position
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBufferPointer { UInt32(crc32_z(0, $0.baseAddress, $0.count)) }
    }

    private static func word(_ bytes: [UInt8], at position: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << (8 * UInt32($1)) }
    }
}
