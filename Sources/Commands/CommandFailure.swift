import ArgumentParser
import Daemon
import SQS

/// A command could not do its work: what it says on stderr, and the status it ends with.
struct CommandFailure: Error, CustomStringConvertible {
    let status: ExitStatus
    let description: String

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }

    init(_ error: SQSError) {
        let trouble = StartTrouble(error)
        description = trouble.description
        status = if case .lasting(let status) = trouble.nature { status } else { .temporary }
    }

    /// Prints the reason and makes the process end with the status.
    func exit() -> ExitCode {
        Terminal.line("Error: \(PrintableText.of(description))", to: .error)
        return ExitCode(status.rawValue)
    }
}
