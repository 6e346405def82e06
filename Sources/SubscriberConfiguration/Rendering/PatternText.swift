import JSON

/// An event pattern as TOML writes it, on one line.
enum PatternText {
    /// - Parameter shown: what is printed for a text.
    static func literal(_ pattern: JSONValue, _ shown: (String) -> String) -> String {
        if let text = inline(pattern, shown) { return text }
        return "{ pattern = \(TOMLText.string(shown(pattern.text))) }"
    }

    /// Nil where TOML has no such value.
    private static func inline(_ value: JSONValue, _ shown: (String) -> String) -> String? {
        switch value {
        case .text(let text): return TOMLText.string(shown(text))
        case .number(let number): return isSame(number) ? number : nil
        case .boolean(let flag): return String(flag)
        case .null: return nil
        case .list(let items):
            let parts = items.compactMap { inline($0, shown) }
            return parts.count == items.count ? "[" + parts.joined(separator: ", ") + "]" : nil
        case .object(let members):
            let parts = members.compactMap { member in
                inline(member.value, shown).map { "\(TOMLText.key(member.name)) = \($0)" }
            }
            guard parts.count == members.count else { return nil }
            return parts.isEmpty ? "{}" : "{ " + parts.joined(separator: ", ") + " }"
        }
    }

    /// Whether a number survives the number types of TOML as it is.
    private static func isSame(_ number: String) -> Bool {
        if let integer = Int(number) { return String(integer) == number }
        return Double(number).map { String($0) == number } ?? false
    }
}
