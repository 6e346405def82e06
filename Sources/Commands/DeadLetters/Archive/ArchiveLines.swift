import Crypto
import HTTP
import MessageHandling

/// The messages of an archive, line by line.
struct ArchiveLines {
    struct Line {
        let number: Int
        let content: Result<Message, ArchiveProblem>
        /// The digest of all messages up to this one: what tells one file's lines from another's.
        let digest: String
    }

    enum Reading {
        case line(Line)
        /// Nothing came for the pause that was asked for.
        case pause
        case end
    }

    private var reader: LineReader
    private var number = 0
    private var read = SHA256()

    init(descriptor: Int32) {
        reader = LineReader(descriptor: descriptor, maximum: ArchivedMessage.lineMaximum)
    }

    /// Whether a line was read that was not handed out yet.
    var holdsLine: Bool { reader.holdsLine }

    /// The next line that is not empty. `pauseMilliseconds` nil waits as long as it takes.
    /// - Throws: ``InputError`` when reading fails.
    mutating func next(pauseMilliseconds: Int32?) throws -> Reading {
        while true {
            switch try reader.next(pauseMilliseconds: pauseMilliseconds) {
            case .end: return .end
            case .pause: return .pause
            case .tooLong:
                number += 1
                return line(
                    .failure(ArchiveProblem(problem: "it is longer than a message can be")))
            case .line(let bytes):
                number += 1
                if bytes.isEmpty { continue }
                read.update(data: bytes)
                read.update(data: [UInt8(ascii: "\n")])
                return line(
                    Result { () throws(ArchiveProblem) in
                        try ArchivedMessage.read(bytes, number: number)
                    })
            }
        }
    }

    private func line(_ content: Result<Message, ArchiveProblem>) -> Reading {
        .line(
            Line(number: number, content: content, digest: String(hexadecimal: read.finalize())))
    }
}
