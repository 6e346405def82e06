import CZlib

/// Undoes a compression over "deflate" (RFC 1951). Checks what its form has to check content by.
struct Inflater: ~Copyable {
    private let form: CompressedForm
    private let limit: Int
    /// zlib keeps its address.
    private let stream: UnsafeMutablePointer<z_stream>
    /// Where it is inflated to, a portion at a time.
    private let portion: UnsafeMutableBufferPointer<UInt8>
    private var output: [UInt8] = []

    /// The window of deflate, which zlib copies from.
    private static let portionSize = 1 << Int(MAX_WBITS)

    /// - Parameter limit: what all of the output may grow to, in bytes.
    init(_ form: CompressedForm, limit: Int) throws(EnvelopeError) {
        self.form = form
        self.limit = limit
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        portion = .allocate(capacity: Self.portionSize)
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, form.windowBits, ZLIB_VERSION, size) == Z_OK else {
            throw Self.noMemory(form)
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
        portion.deallocate()
    }

    /// What is in the bytes: of gzip, in one member or several, with or without zeros behind them.
    mutating func content(of bytes: [UInt8]) throws(EnvelopeError) -> [UInt8] {
        try bytes.withUnsafeBufferPointer { (bytes) throws(EnvelopeError) in
            var rest = bytes[...]
            repeat {
                // Made ready once for all members: there may be a hundred thousand empty ones.
                guard inflateReset(stream) == Z_OK else { throw damaged }
                rest = try inflateOne(rest)
                if form == .gzip { rest = rest.drop { $0 == 0 } }
            } while form == .gzip && CompressedForm(of: rest) == .gzip
            guard rest.isEmpty else {
                throw EnvelopeError("holds \(form.rawValue) with other bytes behind it")
            }
        }
        return output
    }

    /// What is left after the end of a stream.
    private mutating func inflateOne(
        _ input: Slice<UnsafeBufferPointer<UInt8>>
    ) throws(EnvelopeError) -> Slice<UnsafeBufferPointer<UInt8>> {
        // Read only, whatever the type says.
        let start = UnsafeBufferPointer(rebasing: input).baseAddress
        stream.pointee.next_in = UnsafeMutablePointer(mutating: start)
        stream.pointee.avail_in = UInt32(clamping: input.count)
        while true {
            // One byte more than may be tells that there is more.
            let room = min(portion.count, limit - output.count + 1)
            stream.pointee.next_out = portion.baseAddress
            stream.pointee.avail_out = UInt32(room)
            let status = inflate(stream, Z_NO_FLUSH)
            output += portion[..<(room - Int(stream.pointee.avail_out))]
            guard output.count <= limit else {
                throw EnvelopeError(
                    "holds \(form.rawValue) of more than unwrap_limit allows: \(limit) bytes",
                    namesOption: true)
            }
            switch status {
            case Z_STREAM_END: return input.suffix(Int(stream.pointee.avail_in))
            case Z_OK: continue
            case Z_BUF_ERROR: throw EnvelopeError("holds \(form.rawValue) that ends too early")
            case Z_MEM_ERROR: throw Self.noMemory(form)
            default: throw damaged
            }
        }
    }

    private var damaged: EnvelopeError {
        let reason = stream.pointee.msg.map { " (\(String(cString: $0)))" } ?? ""
        return EnvelopeError("holds \(form.rawValue) that is damaged\(reason)")
    }

    private static func noMemory(_ form: CompressedForm) -> EnvelopeError {
        EnvelopeError(
            "holds \(form.rawValue), and there is no memory to inflate it", isPassing: true)
    }
}

/// What can be undone, by the name that people call it.
enum CompressedForm: String {
    /// RFC 1952.
    case gzip
    /// RFC 1950, which HTTP calls deflate.
    case zlib
    /// RFC 1951 alone. Nothing tells that it is this.
    case deflate

    /// The form that bytes begin like; nil where they are compressed in none that shows.
    ///
    /// - Parameter isExpected: whether the sender says that they are compressed; then every window
    ///   of zlib counts, else the one that all write.
    init?(of bytes: some Collection<UInt8>, isExpected: Bool = false) {
        let start = Array(bytes.prefix(3))
        if start == [0x1F, 0x8B, 8] {
            self = .gzip
        } else if start.count > 1, isExpected ? start[0] & 0x8F == 8 : start[0] == 0x78,
            start[1] & 0x20 == 0, (Int(start[0]) << 8 | Int(start[1])).isMultiple(of: 31)
        {
            self = .zlib
        } else {
            return nil
        }
    }

    /// The width that `inflateInit2` wants.
    fileprivate var windowBits: Int32 {
        switch self {
        case .gzip: MAX_WBITS + 16
        case .zlib: MAX_WBITS
        case .deflate: -MAX_WBITS
        }
    }

    func inflate(_ bytes: [UInt8], limit: Int) throws(EnvelopeError) -> [UInt8] {
        var inflater = try Inflater(self, limit: limit)
        return try inflater.content(of: bytes)
    }
}
