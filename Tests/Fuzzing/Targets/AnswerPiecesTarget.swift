import HTTP
import HTTPTransport

/// Answers of HTTP in pieces: wherever the network cuts one, it is the same answer, or none.
struct AnswerPiecesTarget: FuzzTarget {
    let name = "answer-pieces"
    let words = HTTPAnswerTarget().words

    private static let limit = 1_000

    /// What a reading came to.
    private struct Outcome: Equatable {
        var state: AnswerParser.State
        var status = 0
        var fields: [HTTPHeaders.Field] = []
        var body: [UInt8] = []
        var taken = 0
    }

    /// Before the answer: where it is cut, as two bytes.
    var corpus: [[UInt8]] {
        HTTPAnswerTarget().corpus.enumerated().map { index, input in
            [UInt8(index % 200), UInt8(index % 7)] + Parts.split(input, into: 2)[1]
        }
    }

    func run(_ input: [UInt8]) async -> Verdict {
        guard input.count > 2 else { return .refused }
        let bytes = input[2...]
        let whole = read(bytes, pieceBytes: bytes.count)
        for pieceBytes in [1, Int(input[0]) + 1, Int(input[1]) + 1] {
            let pieces = read(bytes, pieceBytes: pieceBytes)
            guard pieces == whole else {
                return .wrong("\(pieces) in pieces of \(pieceBytes), \(whole) in one")
            }
        }
        guard whole.state == .complete else { return .refused }
        return (200...999).contains(whole.status) && whole.body.count <= Self.limit
            ? .accepted : .wrong("\(whole)")
    }

    private func read(_ bytes: ArraySlice<UInt8>, pieceBytes: Int) -> Outcome {
        var parser = AnswerParser(method: "POST", limits: AnswerParser.Limits(body: Self.limit))
        var rest = bytes
        var taken = 0
        while !rest.isEmpty, parser.state == .incomplete {
            let piece = rest.prefix(pieceBytes)
            taken += piece.withUnsafeBytes { parser.take($0) }
            rest = rest.dropFirst(piece.count)
        }
        parser.takeEnd()
        switch parser.state {
        case .incomplete: return Outcome(state: .incomplete)
        // Which of two faults is seen may depend on which comes first.
        case .faulty: return Outcome(state: .faulty(.malformed("")))
        case .complete:
            return Outcome(
                state: .complete, status: parser.head.status,
                fields: HTTPHeaders(lines: parser.head.lines).fields, body: parser.body,
                taken: taken)
        }
    }
}
