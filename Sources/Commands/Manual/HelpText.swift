/// The discussion of a command, as its help prints it: lines that begin with spaces are shown as
/// they are, and a line in capitals is the heading of what follows.
struct HelpText {
    private enum Block {
        case paragraph(String)
        case literal([String])
    }

    private var introduction: [Block] = []
    private var sections: [(title: String, blocks: [Block])] = []

    init(_ discussion: String) {
        var literal: [String] = []
        for line in discussion.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("  ") || (line.isEmpty && !literal.isEmpty) {
                literal.append(String(line.dropFirst(2)))
                continue
            }
            close(&literal)
            if line.isEmpty { continue }
            if line.allSatisfy({ $0.isUppercase || $0 == " " }) {
                sections.append((String(line), []))
            } else {
                append(.paragraph(String(line)))
            }
        }
        close(&literal)
    }

    /// What stands before the first heading.
    func addIntroduction(to page: inout ManualPage) {
        Self.add(introduction, to: &page)
    }

    func addSections(to page: inout ManualPage) {
        for (title, blocks) in sections {
            page.section(title)
            Self.add(blocks, to: &page)
        }
    }

    func addSubsections(to page: inout ManualPage) {
        for (title, blocks) in sections {
            page.subsection(title)
            Self.add(blocks, to: &page)
        }
    }

    private mutating func append(_ block: Block) {
        if sections.isEmpty {
            introduction.append(block)
        } else {
            sections[sections.count - 1].blocks.append(block)
        }
    }

    private mutating func close(_ literal: inout [String]) {
        while literal.last?.isEmpty == true { literal.removeLast() }
        if !literal.isEmpty { append(.literal(literal)) }
        literal = []
    }

    private static func add(_ blocks: [Block], to page: inout ManualPage) {
        for block in blocks {
            switch block {
            case .paragraph(let text): page.paragraph(text)
            case .literal(let lines): page.literal(lines)
            }
        }
    }
}
