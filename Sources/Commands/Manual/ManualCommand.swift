import ArgumentParser
import Daemon

/// Prints the manual, every page of which is rendered from what the program itself reads: its
/// command line, its configuration keys, its exit statuses. Packages are made with it.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual",
        abstract: "Print a page of the manual in mdoc(7), or the names of all pages.",
        shouldDisplay: false)

    @Argument(help: "The page, such as sqs-subscriber.8; without it, the names of all.")
    var page: String?

    func run() throws {
        let pages = try Manual.pages()
        guard let page else {
            for page in pages { Terminal.line(page.fileName) }
            return
        }
        guard let found = pages.first(where: { $0.fileName == page }) else {
            let failure = CommandFailure(
                .inputMissing,
                "there is no page \(page) in the manual; without an argument all are named")
            throw failure.exit()
        }
        Terminal.write(found.text)
    }
}
