package import Settings

/// What `check` prints, and what the daemon prints when it refuses to start.
package enum CheckReport {
    /// One line for each warning and error, and a last one that sums up.
    package static func text(_ errors: ConfigurationErrors) -> String {
        lines(errors.warnings.map(\.description)) + errors.description + "\n"
    }

    /// - Parameters:
    ///   - findings: what was found besides, on this machine.
    ///   - account: whom it was looked at for; nil where nothing was.
    package static func text(
        _ configuration: Configuration, findings: [String] = [], judgedFor account: String? = nil
    ) -> String {
        let handlers = configuration.subscriptions.reduce(0) { $0 + $1.handlers.count }
        let queues = configuration.subscriptions.count
        return lines(configuration.warnings.map(\.description) + findings)
            + "configuration is valid: \(count(handlers, "handler")), \(count(queues, "queue"))\n"
            + (account.map { "judged for \($0)\n" } ?? "")
    }

    private static func lines(_ warnings: [String]) -> String {
        warnings.map { "warning: \($0)\n" }.joined()
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}
