internal import HTTP
internal import MessageHandling

/// What is told of the body of an endpoint's answer: its beginning, where it is text.
struct AnswerText {
    let text: String

    /// Nil where there is no body.
    init?(_ answer: HTTPResponse) {
        guard !answer.body.isEmpty else { return nil }
        let start = answer.body.prefix(RunDetail.outputMaximum)
        guard let read = Self.read(start) else {
            let type = answer.headers["Content-Encoding"] ?? answer.headers["Content-Type"]
            text = "an answer that is no text\(type.map { " (\(HeaderText.value($0)))" } ?? "")"
            return
        }
        var trimmed = read[...].drop(while: \.isWhitespace)
        while trimmed.last?.isWhitespace == true { trimmed.removeLast() }
        guard !trimmed.isEmpty else { return nil }
        text = String(trimmed)
    }

    /// Nil where it is not UTF-8, or has characters that no text has. The last character may be
    /// cut off.
    private static func read(_ bytes: ArraySlice<UInt8>) -> String? {
        for cut in 0..<min(4, bytes.count) {
            guard let text = String(validating: bytes.dropLast(cut), as: UTF8.self) else {
                continue
            }
            let isText = text.unicodeScalars.allSatisfy {
                $0.value >= 0x20 || "\t\r\n".unicodeScalars.contains($0)
            }
            return isText ? text : nil
        }
        return nil
    }
}
