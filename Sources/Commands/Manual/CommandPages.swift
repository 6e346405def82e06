import Calendar
import Daemon

/// The page of the program, and one for each of its commands.
enum CommandPages {
    static func pages(of tool: CommandDescription, _ date: CivilTime) -> [ManualPage] {
        [overview(tool, date)] + tool.subcommands.map { page(of: $0, tool: tool.name, date) }
    }

    private static func overview(_ tool: CommandDescription, _ date: CivilTime) -> ManualPage {
        var page = ManualPage(tool.name, 1, summary(of: tool), date)
        page.section("SYNOPSIS")
        page.macro("Nm")
        page.macro("Ar command")
        page.macro("Op Ar argument ...")
        page.section("DESCRIPTION")
        let text = HelpText(tool.discussion)
        text.addIntroduction(to: &page)
        page.section("COMMANDS")
        page.list(
            tool.subcommands.map { command in
                (.page(name: "\(tool.name)-\(command.name)", number: 1), [command.abstract])
            })
        page.section("OPTIONS")
        addOptions(of: tool, to: &page)
        page.section("EXIT STATUS")
        page.paragraph("Those of sysexits(3), where a command does not say otherwise:")
        page.list(exitStatuses)
        text.addSections(to: &page)
        let pages = tool.subcommands.map { ("\(tool.name)-\($0.name)", 1) }
        page.seeAlso(pages + configurationPages + [(tool.name, 8)])
        return page
    }

    private static func page(
        of command: CommandDescription, tool: String, _ date: CivilTime
    ) -> ManualPage {
        var page = ManualPage("\(tool)-\(command.name)", 1, summary(of: command), date)
        let words = "\(tool) \(command.name)"
        page.section("SYNOPSIS")
        if command.subcommands.isEmpty {
            addSynopsis(of: command, words, to: &page)
        } else {
            for part in command.subcommands {
                addSynopsis(of: part, "\(words) \(part.name)", to: &page)
            }
        }
        page.section("DESCRIPTION")
        page.paragraph(command.abstract)
        let text = HelpText(command.discussion)
        text.addIntroduction(to: &page)
        if command.subcommands.isEmpty {
            page.section("OPTIONS")
            addOptions(of: command, to: &page)
        }
        for part in command.subcommands {
            page.section("\(command.name) \(part.name)".uppercased())
            page.paragraph(part.abstract)
            let text = HelpText(part.discussion)
            text.addIntroduction(to: &page)
            addOptions(of: part, to: &page)
            text.addSubsections(to: &page)
        }
        page.section("EXIT STATUS")
        page.paragraph(
            "0 when all went well, and otherwise as said above, or as \(tool)(1) lists them.")
        text.addSections(to: &page)
        page.seeAlso([(tool, 1), (tool, 8)] + configurationPages)
        return page
    }

    static let exitStatuses: [ManualPage.Item] =
        [(.word("64"), ["The command line is not understood."])]
        + ExitStatus.allCases.map { (.word(String($0.rawValue)), [$0.meaning]) }

    private static let configurationPages = [
        (ConfigurationPages.mainName, 5), (ConfigurationPages.handlerName, 5),
    ]

    /// The abstract, as the beginning of a page wants it: no sentence of its own.
    private static func summary(of command: CommandDescription) -> String {
        let text = command.abstract
        let ending = text.hasSuffix(".") ? text.dropLast() : text[...]
        return (ending.first?.lowercased() ?? "") + ending.dropFirst()
    }

    private static func addSynopsis(
        of command: CommandDescription, _ words: String, to page: inout ManualPage
    ) {
        page.macro("Nm \(ManualTag.quoted(words))")
        for argument in command.arguments where argument.isOfItsOwn {
            page.macro(argument.synopsis)
        }
    }

    private static func addOptions(
        of command: CommandDescription, to page: inout ManualPage
    ) {
        let own = command.arguments.filter { $0.section == nil }
        page.list(own.map { (.option($0), [$0.text]) })
        var titles: [String] = []
        for title in command.arguments.compactMap(\.section) where !titles.contains(title) {
            titles.append(title)
        }
        for title in titles {
            page.subsection(title)
            let group = command.arguments.filter { $0.section == title }
            page.list(group.map { (.option($0), [$0.text]) })
        }
    }
}

extension ArgumentDescription {
    /// Whether it is no option that every command has.
    fileprivate var isOfItsOwn: Bool { !names.contains("--help") && !names.contains("--version") }
}
