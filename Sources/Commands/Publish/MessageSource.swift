import Glibc

/// Where the bodies come from: the arguments, a counter, a file, a pipe or a person.
///
/// Hands out one at a time, so that a file of any size costs no more memory than a batch.
struct MessageSource {
    enum Item: Equatable {
        case body(String)
        /// No more for now: send what there is.
        case pause
        /// A line that cannot be a message, and why.
        case unusable(String)
        case end
    }

    private enum Kind {
        case list([String])
        case generated(Int)
        case lines(LineReader)
        case prompt(LineReader)
    }

    /// How long a writer may pause before what it wrote is sent: long enough for a program that
    /// writes line by line to fill a batch, too short for a person to notice.
    private static let pauseMilliseconds: Int32 = 50
    /// SQS takes at most 1 MiB for body and attributes together.
    private static let maximumBody = 1_048_576

    private var kind: Kind
    private var taken = 0
    private var sinceLastPause = 0

    /// Whether a person is asked for each message.
    var asks: Bool { if case .prompt = kind { true } else { false } }

    static func bodies(_ bodies: [String]) -> MessageSource { MessageSource(kind: .list(bodies)) }
    static func generated(_ count: Int) -> MessageSource { MessageSource(kind: .generated(count)) }

    /// A message per line of a descriptor.
    static func lines(of descriptor: Int32) -> MessageSource {
        MessageSource(kind: .lines(LineReader(descriptor: descriptor)))
    }

    /// Asks a person on a terminal, until an empty line or Ctrl-D.
    static func prompt(on descriptor: Int32) -> MessageSource {
        MessageSource(kind: .prompt(LineReader(descriptor: descriptor)))
    }

    private init(kind: Kind) {
        self.kind = kind
    }

    /// - Throws: ``InputError`` when reading fails.
    mutating func next() throws -> Item {
        switch kind {
        case .list(let bodies):
            guard taken < bodies.count else { return .end }
            defer { taken += 1 }
            return Self.usable(bodies[taken], at: "message \(taken + 1)")
        case .generated(let count):
            guard taken < count else { return .end }
            taken += 1
            return .body("message \(taken) of \(count)")
        case .lines(var reader):
            defer { kind = .lines(reader) }
            return try nextLine(&reader)
        case .prompt(var reader):
            defer { kind = .prompt(reader) }
            return try ask(&reader)
        }
    }

    private mutating func nextLine(_ reader: inout LineReader) throws -> Item {
        while true {
            let patience = sinceLastPause > 0 ? Self.pauseMilliseconds : nil
            switch try reader.next(pauseMilliseconds: patience) {
            case .end: return .end
            case .pause:
                sinceLastPause = 0
                return .pause
            case .tooLong:
                taken += 1
                return Self.tooLong(at: "line \(taken)")
            case .line(let bytes):
                taken += 1
                if bytes.isEmpty { continue }
                sinceLastPause += 1
                return Self.body(bytes, at: "line \(taken)")
            }
        }
    }

    private mutating func ask(_ reader: inout LineReader) throws -> Item {
        if sinceLastPause > 0 {
            sinceLastPause = 0
            return .pause
        }
        Terminal.write("Message (empty line to end): ", to: .error)
        guard case .line(let bytes) = try reader.next(pauseMilliseconds: nil), !bytes.isEmpty else {
            return .end
        }
        sinceLastPause += 1
        return Self.body(bytes, at: "the message")
    }

    private static func body(_ bytes: [UInt8], at place: String) -> Item {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return .unusable("\(place) is not UTF-8, which a message body must be; it was not sent")
        }
        return usable(text, at: place)
    }

    private static func usable(_ text: String, at place: String) -> Item {
        if text.isEmpty {
            return .unusable("\(place) is empty; SQS takes no empty message")
        }
        return text.utf8.count > maximumBody ? tooLong(at: place) : .body(text)
    }

    private static func tooLong(at place: String) -> Item {
        .unusable("\(place) is longer than 1 MiB, the most that SQS takes; it was not sent")
    }
}
