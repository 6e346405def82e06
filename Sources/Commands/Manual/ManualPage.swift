import Calendar

/// One page of the manual, as it is written: mdoc(7).
///
/// Texts are taken as they are meant: whatever in them mdoc or roff would take for a command is
/// escaped.
struct ManualPage {
    /// A thing of a list, and what is to be said of it, in paragraphs.
    typealias Item = (tag: ManualTag, paragraphs: [String])

    let name: String
    /// 1 for commands, 5 for files, 8 for operations.
    let number: Int
    private(set) var text: String
    /// Whether a paragraph would follow something that it has to be set apart from.
    private var needsBreak = false

    var fileName: String { "\(name).\(number)" }

    /// A page with its section NAME.
    /// - Parameter summary: what it is, in words without a point at the end.
    init(_ name: String, _ number: Int, _ summary: String, _ date: CivilTime) {
        self.name = name
        self.number = number
        let day = "\(Self.months[date.month - 1]) \(date.day), \(date.year)"
        text = """
            .Dd \(day)
            .Dt \(Self.escaped(name.uppercased())) \(number)
            .Os \(Self.escaped(Version.text))
            .Sh NAME
            .Nm \(Self.escaped(name))
            .Nd \(Self.escaped(summary))

            """
    }

    mutating func section(_ title: String) {
        macro("Sh \(Self.escaped(title))")
        needsBreak = false
    }

    mutating func subsection(_ title: String) {
        macro("Ss \(Self.escaped(title))")
        needsBreak = false
    }

    mutating func paragraph(_ words: String) {
        if needsBreak { macro("Pp") }
        prose(words)
        needsBreak = true
    }

    /// Lines that are shown as they are.
    mutating func literal(_ lines: [String]) {
        macro("Bd -literal -offset indent")
        for words in lines { line(words[...]) }
        macro("Ed")
        needsBreak = true
    }

    mutating func list(_ items: [Item]) {
        guard !items.isEmpty else { return }
        macro("Bl -tag -width Ds")
        for item in items {
            macro("It \(item.tag.macros)")
            for (place, words) in item.paragraphs.enumerated() {
                if place > 0 { macro("Pp") }
                prose(words)
            }
        }
        macro("El")
        needsBreak = true
    }

    /// The last section: other pages, in the order of their numbers and names.
    mutating func seeAlso(_ pages: [(name: String, number: Int)]) {
        section("SEE ALSO")
        let sorted = pages.sorted {
            ($0.number, Self.escaped($0.name)) < ($1.number, Self.escaped($1.name))
        }
        for (place, page) in sorted.enumerated() {
            let comma = place < sorted.count - 1 ? " ," : ""
            macro("Xr \(Self.escaped(page.name)) \(page.number)\(comma)")
        }
    }

    /// A line that says what it is itself: its arguments are escaped already.
    mutating func macro(_ words: String) {
        text += ".\(words)\n"
    }

    /// A line for each sentence, as roff wants it.
    private mutating func prose(_ words: String) {
        var rest = words[...]
        while let end = rest.firstRange(of: /[.!?] +/) {
            line(rest[...end.lowerBound])
            rest = rest[end.upperBound...]
        }
        line(rest)
    }

    private mutating func line(_ words: Substring) {
        let isControl = words.first == "."
        text += (isControl ? "\\&" : "") + Self.escaped(words) + "\n"
    }

    /// Text that roff prints as it is: its own characters, and those that it would print as
    /// typographic ones, by their names in groff_char(7).
    static func escaped(_ words: some StringProtocol) -> String {
        var escaped = ""
        for character in words { escaped += names[character] ?? String(character) }
        return escaped
    }

    private static let names: [Character: String] = [
        "\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti",
    ]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]
}

/// What an item of a list begins with.
enum ManualTag {
    /// A word that is typed as it is: a key, a command, a number.
    case word(String)
    case variable(String)
    case path(String)
    case page(name: String, number: Int)
    case argument(String)
    case option(ArgumentDescription)

    fileprivate var macros: String {
        switch self {
        case .word(let word): "Ic \(Self.quoted(word))"
        case .variable(let name): "Ev \(Self.quoted(name))"
        case .path(let path): "Pa \(Self.quoted(path))"
        case .page(let name, let number): "Xr \(ManualPage.escaped(name)) \(number)"
        case .argument(let name): "Ar \(Self.quoted(name))"
        case .option(let option): option.macros
        }
    }

    /// One argument of a macro, which takes no short word in it for a macro.
    static func quoted(_ words: String) -> String {
        let escaped = ManualPage.escaped(words).split(
            separator: "\"", omittingEmptySubsequences: false)
        return "\"\\&" + escaped.joined(separator: "\\(dq") + "\""
    }
}
