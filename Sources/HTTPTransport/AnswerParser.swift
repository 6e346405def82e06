import Glibc
import HTTP

/// Takes an answer of HTTP/1.1 apart as its bytes come, in pieces of any size (RFC 9112).
///
/// Strict: what two readers could take for two things is refused, and what follows the answer is
/// left. Heads of 1xx are passed over. Bodies are bounded, heads too.
package struct AnswerParser {
    package struct Limits {
        /// The largest body, in bytes.
        let body: Int
        /// How much of the body is kept where its rest is let pass; nil where all of it is kept,
        /// and one beyond ``body`` is a fault.
        let start: Int?

        package init(body: Int, start: Int? = nil) {
            self.body = body
            self.start = start
        }
    }

    /// The largest head in bytes, status line and fields together. Servers like nginx and Apache
    /// hold heads that they pass on to 4 or 8 KiB, and no service of AWS comes near it.
    package static let headLimit = 64 << 10
    /// The most fields of one head: four times what Python's client takes.
    static let fieldLimit = 400
    /// Heads of 1xx before an answer, which say that it takes time. A server that says so every
    /// few seconds for the 12 hours that a request may take comes to about as many; one that sends
    /// nothing else would keep a processor busy until then.
    static let interimLimit = 10_000

    package enum State: Equatable {
        case incomplete
        case complete
        case faulty(AnswerFault)
    }

    private enum Phase {
        case head
        case length(Int)
        case chunks(ChunkReader)
        case untilEnd
        case over
    }

    package private(set) var state = State.incomplete
    package private(set) var head = AnswerHead()
    package private(set) var body: [UInt8] = []
    private let method: String
    private let limits: Limits
    private var phase = Phase.head
    /// The beginning of a head that has not come whole.
    private var held: [UInt8] = []
    private var interims = 0

    /// - Parameter method: that of the request, which decides whether the answer has a body.
    package init(method: String, limits: Limits) {
        self.method = method
        self.limits = limits
    }

    /// Whether the connection can carry another request when the answer is complete.
    package var keepsConnection: Bool {
        if case .complete = state {
            head.keepsConnection && head.framing != .untilEnd
        } else {
            false
        }
    }

    /// Takes the next bytes.
    ///
    /// - Returns: how many of them belong to the answer: all of them, unless it is complete or
    ///   faulty.
    package mutating func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        var at = 0
        while at < bytes.count, state == .incomplete {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[at...])
            switch phase {
            case .head: at += takeHead(rest)
            case .length(let missing): at += takeBody(rest, missing: missing)
            case .chunks(let reader): at += takeChunks(rest, reader)
            case .untilEnd:
                keep(rest)
                at += rest.count
            case .over: return at
            }
        }
        return at
    }

    /// The connection has ended, as it should.
    package mutating func takeEnd() {
        if case .untilEnd = phase, state == .incomplete { finish() }
    }

    private mutating func takeHead(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard held.isEmpty else { return takeHeldHead(bytes) }
        switch HeadEnd.find(in: bytes, from: 0) {
        case .at(let end):
            read(head: UnsafeRawBufferPointer(rebasing: bytes[..<end]))
            return end
        case .missing:
            held.append(contentsOf: bytes)
            checkHeld()
            return bytes.count
        case .bareLineFeed:
            fail("a line does not end with CR LF")
            return bytes.count
        }
    }

    private mutating func takeHeldHead(_ bytes: UnsafeRawBufferPointer) -> Int {
        let before = held.count
        held.append(contentsOf: bytes)
        let found = held.withUnsafeBytes { HeadEnd.find(in: $0, from: before) }
        switch found {
        case .at(let end):
            let whole = held
            held = []
            whole.withUnsafeBytes { read(head: UnsafeRawBufferPointer(rebasing: $0[..<end])) }
            return end - before
        case .missing:
            checkHeld()
        case .bareLineFeed:
            fail("a line does not end with CR LF")
        }
        return bytes.count
    }

    /// What is no HTTP is known by its first bytes, without waiting for more.
    private mutating func checkHeld() {
        let start = "HTTP/1.".utf8
        if held.count > Self.headLimit {
            fail("its head is larger than \(Self.headLimit) bytes")
        } else if !zip(held, start).allSatisfy(==) {
            fail("it does not begin with HTTP/1")
        }
    }

    private mutating func read(head bytes: UnsafeRawBufferPointer) {
        guard bytes.count <= Self.headLimit else {
            return fail("its head is larger than \(Self.headLimit) bytes")
        }
        do throws(AnswerFault) {
            head = try AnswerHead(bytes, fieldLimit: Self.fieldLimit)
        } catch {
            return state = .faulty(error)
        }
        switch head.status {
        case 101: fail("it changes the protocol, which nobody asked for")
        case 100..<200:
            interims += 1
            if interims > Self.interimLimit {
                fail("it is announced without end, by statuses of 1xx")
            }
        case 200...: beginBody()
        default: fail("there is no status \(head.status)")
        }
    }

    private mutating func beginBody() {
        if head.status == 204 || head.status == 304 || method == "HEAD"
            || method == "CONNECT" && head.status < 300
        {
            return finish()
        }
        switch head.framing {
        case .length(0): finish()
        case .length(let length):
            guard limits.start != nil || length <= limits.body else {
                return state = .faulty(.tooLarge(limits.body))
            }
            body.reserveCapacity(min(length, limits.start ?? length))
            phase = .length(length)
        case .chunked: phase = .chunks(ChunkReader())
        case .none, .untilEnd:
            head.framing = .untilEnd
            phase = .untilEnd
        }
    }

    private mutating func takeBody(_ bytes: UnsafeRawBufferPointer, missing: Int) -> Int {
        let count = min(missing, bytes.count)
        keep(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        phase = .length(missing - count)
        if missing == count { finish() }
        return count
    }

    private mutating func takeChunks(
        _ bytes: UnsafeRawBufferPointer, _ reader: ChunkReader
    ) -> Int {
        var reader = reader
        let step = reader.take(bytes)
        phase = .chunks(reader)
        switch step.event {
        case .none: break
        case .announced(let size):
            // Known to be too large before it has come.
            if limits.start == nil, size > limits.body - body.count {
                state = .faulty(.tooLarge(limits.body))
            }
        case .data(let range): keep(UnsafeRawBufferPointer(rebasing: bytes[range]))
        case .end: finish()
        case .fault(let reason): fail(reason)
        }
        return step.consumed
    }

    private mutating func keep(_ bytes: UnsafeRawBufferPointer) {
        if let start = limits.start {
            body.append(contentsOf: bytes.prefix(max(0, start - body.count)))
        } else if bytes.count > limits.body - body.count {
            state = .faulty(.tooLarge(limits.body))
        } else {
            body.append(contentsOf: bytes)
        }
    }

    private mutating func finish() {
        guard state == .incomplete else { return }
        phase = .over
        state = .complete
    }

    private mutating func fail(_ reason: String) {
        state = .faulty(.malformed(reason))
    }
}

/// Where a head ends: after the first empty line.
enum HeadEnd: Equatable {
    case at(Int)
    case missing
    /// A line ends with LF alone. RFC 9112 lets a recipient take that for an end of line, and one
    /// that does not sees another message.
    case bareLineFeed

    /// - Parameter start: what comes before it was looked at already.
    static func find(in bytes: UnsafeRawBufferPointer, from start: Int) -> HeadEnd {
        guard let base = bytes.baseAddress else { return .missing }
        var at = start
        while at < bytes.count, let found = memchr(base + at, 0x0A, bytes.count - at) {
            let end = UnsafeRawPointer(found) - base
            guard end > 0, bytes[end - 1] == 0x0D else { return .bareLineFeed }
            if end >= 3, bytes[end - 2] == 0x0A, bytes[end - 3] == 0x0D { return .at(end + 1) }
            at = end + 1
        }
        return .missing
    }
}
