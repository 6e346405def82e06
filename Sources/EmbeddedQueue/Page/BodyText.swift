import JSON

/// A body as it is shown: JSON in lines, and of a long one its beginning.
struct BodyText {
    /// What is read at a glance.
    private static let glance = (bytes: 700, lines: 20)
    /// Longer JSON is not put into lines only to show their beginning.
    private static let worthReading = 16 << 10
    /// So many times its length may JSON take in lines: deep in each other they are mostly blanks.
    private static let mostGrowth = 8

    let text: String
    /// Whether the text goes on.
    let isCut: Bool
    /// Whether the text is not the very body.
    let isIndented: Bool

    /// The beginning.
    init(glancing body: String) {
        let indented = body.utf8.count <= Self.worthReading ? Self.indented(body) : nil
        let whole = indented ?? body
        text = Self.beginning(of: whole)
        isCut = text.utf8.count < whole.utf8.count
        isIndented = indented != nil
    }

    /// All of it.
    init(_ body: String) {
        let indented = Self.indented(body)
        text = indented ?? body
        isCut = false
        isIndented = indented != nil
    }

    /// Nil where it is no object and no list of JSON, or is one as it is.
    private static func indented(_ body: String) -> String? {
        guard let first = body.utf8.first(where: { !" \t\r\n".utf8.contains($0) }),
            "{[".utf8.contains(first), let value = try? JSONValue(parsing: body),
            let text = value.indented(atMost: mostGrowth * body.utf8.count), text != body
        else { return nil }
        return text
    }

    private static func beginning(of text: String) -> String {
        var end = text.utf8.startIndex
        var (bytes, lines) = (0, 1)
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar)
            if scalar == "\n" { lines += 1 }
            guard bytes <= glance.bytes, lines <= glance.lines else { break }
            end = text.unicodeScalars.index(after: end)
        }
        return String(text[..<end])
    }

    /// The first characters of a text of one line.
    static func short(_ text: String) -> String {
        let most = 200
        let start = String(text.unicodeScalars.prefix(most))
        return start.utf8.count < text.utf8.count ? "\(start)…" : start
    }

    /// A number of bytes.
    static func size(_ bytes: Int) -> String {
        guard bytes >= 10_240 else { return bytes == 1 ? "1 byte" : "\(bytes) bytes" }
        let kibibytes = (bytes + 512) / 1_024
        return kibibytes < 1_024 ? "\(kibibytes) KiB" : "1 MiB"
    }
}
