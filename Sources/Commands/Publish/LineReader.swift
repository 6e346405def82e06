import Glibc
import JSON

/// Reads lines from a descriptor and says when the writer pauses, so that what was typed or piped
/// so far can be sent instead of waiting for more.
///
/// Lines end with a newline or the end, with or without a carriage return before it: none of that
/// is part of them, nor is a byte order mark before the first. Every other byte is. Blocks its
/// thread while it waits: for the command line only.
struct LineReader {
    enum Reading: Equatable {
        case line([UInt8])
        /// Nothing came for the pause that was asked for.
        case pause
        case end
        /// A line longer than the maximum: its first bytes are dropped with the rest.
        case tooLong
    }

    /// More than a message can hold (1 MiB), so that a longer line is reported, not cut.
    static let messageMaximum = 1 << 21
    private static let chunk = 1 << 16

    private let descriptor: Int32
    private let maximum: Int
    private var buffer: [UInt8] = []
    private var start = 0
    private var searched = 0
    private var ended = false
    private var dropping = false
    private var isFirst = true

    init(descriptor: Int32, maximum: Int = messageMaximum) {
        self.descriptor = descriptor
        self.maximum = maximum
    }

    /// Whether a whole line was read that was not handed out yet.
    var holdsLine: Bool { buffer[start...].contains(UInt8(ascii: "\n")) }

    /// The next line. `pauseMilliseconds` nil waits as long as it takes.
    /// - Throws: ``InputError`` when reading fails.
    mutating func next(pauseMilliseconds: Int32?) throws -> Reading {
        while true {
            if let reading = takeLine() { return reading }
            if ended { return takeRest() }
            guard try wait(pauseMilliseconds ?? -1) else { return .pause }
            try fill()
        }
    }

    private mutating func takeLine() -> Reading? {
        guard let newline = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
            searched = buffer.count
            return dropIfTooLong()
        }
        let line = line(to: newline)
        start = newline + 1
        searched = start
        if dropping {
            dropping = false
            return .tooLong
        }
        return .line(line)
    }

    private mutating func dropIfTooLong() -> Reading? {
        if buffer.count - start > maximum || dropping {
            dropping = true
            buffer.removeAll(keepingCapacity: true)
            start = 0
            searched = 0
        }
        return nil
    }

    private mutating func takeRest() -> Reading {
        if dropping {
            dropping = false
            return .tooLong
        }
        guard start < buffer.count else { return .end }
        let line = line(to: buffer.count)
        start = buffer.count
        searched = start
        return .line(line)
    }

    private mutating func line(to end: Int) -> [UInt8] {
        var line = buffer[start..<end]
        if isFirst { line = line.withoutByteOrderMark }
        isFirst = false
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return Array(line)
    }

    private func wait(_ milliseconds: Int32) throws -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            let ready = poll(&request, 1, milliseconds)
            if ready >= 0 { return ready > 0 }
            guard errno == EINTR else { throw InputError(errno: errno) }
        }
    }

    private mutating func fill() throws {
        if start > 0 {
            buffer.removeSubrange(..<start)
            searched -= start
            start = 0
        }
        var chunk = [UInt8](repeating: 0, count: Self.chunk)
        let count = read(descriptor, &chunk, chunk.count)
        if count > 0 {
            buffer.append(contentsOf: chunk[..<count])
        } else if count == 0 {
            ended = true
        } else if errno != EINTR {
            throw InputError(errno: errno)
        }
    }
}

/// Standard input or the file of messages could not be read.
struct InputError: Error, CustomStringConvertible {
    let description: String

    init(errno number: Int32) {
        description = "the messages could not be read: \(String(cString: strerror(number)))"
    }
}
