/// What a stranger wrote, for a terminal: line breaks and tabs stay, and no other control character
/// moves the cursor or changes a colour.
package enum PrintableText {
    package static func of(_ text: String) -> String {
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl = scalar.properties.generalCategory == .control
            shown.append(isControl && scalar != "\n" && scalar != "\t" ? "\u{FFFD}" : scalar)
        }
        return String(shown)
    }
}
