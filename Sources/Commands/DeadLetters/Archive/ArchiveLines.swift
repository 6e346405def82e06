import MessageHandling

/// The messages of an archive, line by line.
struct ArchiveLines {
    struct Line {
        let number: Int
        let content: Result<Message, ArchiveProblem>
    }

    private var reader: LineReader
    private var number = 0

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
                return Line(
                    number: number,
                    content: .failure(
                        ArchiveProblem(problem: "it is longer than a message can be")))
            case .line(let bytes):
                number += 1
                if bytes.isEmpty { continue }
                return Line(
                    number: number,
                    content: Result { () throws(ArchiveProblem) in
                        try ArchivedMessage.read(bytes, number: number)
                    })
            }
        }
    }
}
