import CZlib

/// Undoes the compression "deflate" (RFC 1951).
struct Inflater {
    /// The output of all runs, one after the other.
    private(set) var output: [UInt8] = []
    /// The first byte that the last run did not read.
    private(set) var position = 0
    private let input: [UInt8]
    private let limit: Int

    /// What is inflated at a time: the window of deflate, which zlib copies from.
    private static let portion = 1 << Int(MAX_WBITS)

    /// - Parameter limit: what the output of all runs may grow to, in bytes.
    init(_ input: [UInt8], limit: Int) {
        self.input = input
        self.limit = limit
    }

    private static let noMemory = EnvelopeError(
        "holds gzip, and there is no memory to inflate it", isPassing: true)

    /// Reads blocks to the last one.
    mutating func run(from position: Int) throws(EnvelopeError) {
        self.position = position
        // zlib keeps its address.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        defer { stream.deallocate() }
        stream.initialize(to: z_stream())
        // A negative width: blocks alone, as their header and checksum are read here.
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, size) == Z_OK else {
            throw Self.noMemory
        }
        defer { inflateEnd(stream) }
        while try inflatePortion(stream) {}
    }

    /// False after the last block.
    private mutating func inflatePortion(
        _ stream: UnsafeMutablePointer<z_stream>
    ) throws(EnvelopeError) -> Bool {
        // One byte more than may be tells that there is more.
        let room = min(Self.portion, limit - output.count + 1)
        var status = Z_OK
        let portion = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            input[position...].withUnsafeBufferPointer { rest in
                // Read only, whatever the type says.
                stream.pointee.next_in = UnsafeMutablePointer(mutating: rest.baseAddress)
                stream.pointee.avail_in = UInt32(clamping: rest.count)
                stream.pointee.next_out = buffer.baseAddress
                stream.pointee.avail_out = UInt32(room)
                let available = stream.pointee.avail_in
                status = inflate(stream, Z_NO_FLUSH)
                position += Int(available - stream.pointee.avail_in)
                count = room - Int(stream.pointee.avail_out)
            }
        }
        output += portion
        guard output.count <= limit else {
            throw EnvelopeError("holds gzip of more than unwrap_limit allows: \(limit) bytes")
        }
        switch status {
        case Z_STREAM_END: return false
        case Z_OK: return true
        case Z_BUF_ERROR: throw Gzip.cut
        case Z_MEM_ERROR: throw Self.noMemory
        default: throw EnvelopeError("holds gzip that is damaged")
        }
    }
}
