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

    private var reader: LineReader
    private var number = 0
    private var read = SHA256()

    init(descriptor: Int32) {
        reader = LineReader(descriptor: descriptor, maximum: ArchivedMessage.lineMaximum)
    }

    /// The next line that is not empty; nil at the end.
    /// - Throws: ``InputError`` when reading fails.
    mutating func next() throws -> Line? {
        while true {
            switch try reader.next(pauseMilliseconds: nil) {
            case .end: return nil
            case .pause: continue
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

    private func line(_ content: Result<Message, ArchiveProblem>) -> Line {
        Line(number: number, content: content, digest: String(hexadecimal: read.finalize()))
    }
}
