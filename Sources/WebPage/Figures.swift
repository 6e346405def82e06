/// Numbers as pages show them.
package enum Figures {
    /// The digits with a narrow blank between thousands.
    package static func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3), text != "-" {
                text.append("\u{202F}")
            }
            text.append(digit)
        }
        return text
    }

    /// The number and what it counts: `1 message`, `2 messages`.
    package static func counted(_ number: Int, _ noun: String) -> String {
        "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
    }
}
