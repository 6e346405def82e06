import ArgumentParser
import Daemon

@main
struct SQSSubscriberCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sqs-subscriber",
        abstract: "Receive messages from Amazon SQS and hand them to your programs.",
        discussion: """
            Each message goes to the handlers that asked for it: a program, an HTTP endpoint, or \
            the log. A message that was handled is deleted; one that was not comes back.

            A handler is a file in /etc/sqs-subscriber/handlers.d/:

              queue = "orders"
              [exec]
              command = ["/usr/local/bin/process-order"]

            Try it without an AWS account: sqs-subscriber demo
            """,
        version: Version.text,
        subcommands: [
            RunCommand.self, PublishCommand.self, QueueCommand.self, DemoCommand.self,
            CheckCommand.self, ConfigCommand.self, MatchCommand.self, VersionCommand.self,
        ])

    static func main() async {
        SignalListener.ignoreUntilListening()
        await main(nil)
    }
}
