import ArgumentParser

struct ReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Make the running daemon read its configuration again, and wait until it has.",
        discussion: """
            Interrupts nothing. Where the configuration is invalid the old one stays in force: \
            prints what is wrong and exits with 78. With 69 where no daemon runs, and with 77 \
            where this user may not. What a reload cannot change, [aws] for one, is in the \
            daemon's log.
            """)

    /// Queues are looked up, and an embedded one creates them.
    private static let patience = Duration.seconds(80)

    @OptionGroup
    var control: ControlOptions

    func run() async throws {
        try await control.ask("POST", "/reload", within: Self.patience) { answer in
            for warning in answer.texts("warnings") {
                Terminal.line("warning: \(PrintableText.of(warning))", to: .error)
            }
            for error in answer.texts("errors") {
                Terminal.line(PrintableText.of(error), to: .error)
            }
            _ = try answer.checked()
            Terminal.line("Configuration reloaded")
        }
    }
}
