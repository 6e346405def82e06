/// A text that is equal to another only where it has the same bytes in UTF-8, as for AWS. Two
/// strings of Swift are equal when they look the same: `é` in one character, and as `e` with an
/// accent.
struct ExactText: Sendable, Hashable, ExpressibleByStringLiteral {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    init(stringLiteral text: String) {
        self.init(text)
    }

    static func == (one: ExactText, other: ExactText) -> Bool {
        one.text.utf8.elementsEqual(other.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }
}
