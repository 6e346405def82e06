import ArgumentParser
package import Daemon

/// The command line of `sqs-subscriber`, and of every program that is built on the library.
package enum CommandLineTool {
    /// What the program registered in Swift; read by the commands that load a configuration.
    @TaskLocal static var registrations: [SwiftHandler] = []

    /// Carries out what the arguments of the process ask for. Ends the process with a status of
    /// sysexits(3) where that fails, and where they are not understood.
    package static func run(registering handlers: [SwiftHandler]) async {
        SignalListener.ignoreUntilListening()
        await $registrations.withValue(handlers) { await RootCommand.main(nil) }
    }
}

struct RootCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: programName,
        abstract: "Receive messages from Amazon SQS and hand them to your programs.",
        discussion: """
            Each message goes to the handlers that asked for it: a program, an HTTP endpoint, a \
            Lambda function, or the journal. A message that was handled is deleted; one that was \
            not comes back.

            A handler is a file in /etc/sqs-subscriber/handlers.d/:

              queue = "orders"
              [exec]
              command = ["/usr/local/bin/process-order"]

            Try it without an AWS account: \(programName) demo
            """,
        version: Version.text,
        subcommands: [
            RunCommand.self, PublishCommand.self, QueueCommand.self, DemoCommand.self,
            CheckCommand.self, ConfigCommand.self, MatchCommand.self, TryCommand.self,
            DeadLettersCommand.self, QueuesCommand.self, VersionCommand.self,
        ])

    /// A program built on the library goes by its own name.
    private static var programName: String {
        CommandLine.arguments.first?.split(separator: "/").last.map(String.init)
            ?? "sqs-subscriber"
    }
}
