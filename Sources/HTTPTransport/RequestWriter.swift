import HTTP
import NIOCore

/// Writes a request as RFC 9112 has it: head and body in one buffer, which is one write.
///
/// `Content-Length` is said here, always where there is a body or the method means one; what the
/// request says of its length itself does not count. `Expect: 100-continue` is never said: what is
/// sent here is a megabyte at most, whose beginning is on its way before the server could have
/// answered, and a server that refuses it is heard all the same, as answers are read while bodies
/// are sent. To wait would cost every such request a round trip, and more with servers that never
/// say 100.
struct RequestWriter {
    /// What the field can take, with the 19 digits of the largest number.
    private static let lengthSize = "Content-Length: \r\n".utf8.count + 19

    private let request: HTTPRequest
    private let route: Route
    private var hasHost = false
    /// Whether the request asks for the connection's end.
    private(set) var closesConnection = false
    private var saysLength = false
    private var size = 0

    /// - Throws: ``TransportError/Kind/invalidURL`` for a method or a field that HTTP does not
    ///   have, such as one that would begin another.
    init(_ request: HTTPRequest, to route: Route) throws(TransportError) {
        self.request = request
        self.route = route
        guard !request.method.isEmpty, request.method.utf8.allSatisfy(isTokenByte) else {
            throw TransportError(.invalidURL, "\(route.name): there is no such method")
        }
        size =
            request.method.utf8.count + route.line.count + route.authorization.count
            + request.body.count + 2
        for field in request.headers.fields { try measure(field) }
        if !hasHost { size += route.host.count }
        if !request.body.isEmpty || !["GET", "HEAD", "DELETE"].contains(request.method) {
            saysLength = true
            size += Self.lengthSize
        }
    }

    /// - Parameter buffer: is cleared, and holds nothing but the request then.
    func write(into buffer: inout ByteBuffer) {
        buffer.clear(minimumCapacity: size)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: size) { room in
            var pen = Pen(room: room)
            pen.write(request.method)
            pen.write(route.line)
            if !hasHost { pen.write(route.host) }
            for field in request.headers.fields where !isLength(field.name) {
                pen.write(field.name)
                pen.write(": ")
                pen.write(field.value)
                pen.write("\r\n")
            }
            pen.write(route.authorization)
            if saysLength {
                pen.write("Content-Length: ")
                pen.write(request.body.count)
                pen.write("\r\n")
            }
            pen.write("\r\n")
            pen.write(request.body)
            return pen.count
        }
    }

    private mutating func measure(_ field: HTTPHeaders.Field) throws(TransportError) {
        guard !field.name.isEmpty, all(field.name, isTokenByte),
            all(field.value, { $0 != 0x0D && $0 != 0x0A && $0 != 0 })
        else {
            throw TransportError(
                .invalidURL,
                "\(route.name): a header of the request has characters it may not have")
        }
        guard !isLength(field.name) else { return }
        size += field.name.utf8.count + field.value.utf8.count + 4
        if isNamed(field.name, "host") { hasHost = true }
        if isNamed(field.name, "connection"), lowercasedASCII(field.value).contains("close") {
            closesConnection = true
        }
    }

    /// Looks at the bytes where they lie: it is done for every field of every request.
    private func all(_ text: String, _ satisfy: (UInt8) -> Bool) -> Bool {
        text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy(satisfy) }
            ?? text.utf8.allSatisfy(satisfy)
    }

    private func isLength(_ name: String) -> Bool {
        isNamed(name, "content-length") || isNamed(name, "transfer-encoding")
    }

    private func isNamed(_ name: String, _ other: StaticString) -> Bool {
        guard name.utf8.count == other.utf8CodeUnitCount else { return false }
        var index = 0
        for byte in name.utf8 {
            guard lowercasedASCII(byte) == other.utf8Start[index] else { return false }
            index += 1
        }
        return true
    }
}

/// Writes one piece after the other into room that is large enough for all.
private struct Pen {
    let room: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(room: UnsafeMutableRawBufferPointer) {
        self.room = room
    }

    mutating func write(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { write($0) }
    }

    mutating func write(_ text: String) {
        var text = text
        text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    mutating func write(_ text: StaticString) {
        write(
            UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func write(_ number: Int) {
        var scale = 1
        while number / scale >= 10 { scale *= 10 }
        while scale > 0 {
            room[count] = UInt8(ascii: "0") + UInt8(number / scale % 10)
            count += 1
            scale /= 10
        }
    }

    private mutating func write(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: room[count...]).copyMemory(from: bytes)
        count += bytes.count
    }
}
