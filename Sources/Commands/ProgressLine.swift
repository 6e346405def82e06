/// A line on a terminal that is written over as the work goes on; nothing where standard error is
/// no terminal.
struct ProgressLine {
    private let isShown = Terminal.isInteractive(.error)
    private var width = 0

    mutating func show(_ text: String) {
        guard isShown else { return }
        let blanks = String(repeating: " ", count: max(0, width - text.count))
        Terminal.write("\r\(text)\(blanks)", to: .error)
        width = text.count
    }

    /// Takes the line away, so that other text may follow.
    mutating func clear() {
        guard width > 0 else { return }
        Terminal.write("\r\(String(repeating: " ", count: width))\r", to: .error)
        width = 0
    }
}
