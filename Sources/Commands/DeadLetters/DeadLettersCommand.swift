import ArgumentParser

/// `dlq`: what an operator does with dead letters.
struct DeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dlq",
        abstract: "Look into a dead-letter queue, and move, save or delete what is in it.",
        discussion: """
            A queue is named by its name, URL or ARN, and reached with the settings of run and \
            publish. With --json each command prints one JSON object per line.

            Exits with 0 when all was done, 1 when messages are left that were meant, 64 when the \
            command line is wrong, 65 when a file is not valid, 66 when there is no such queue or \
            file, 75 when it was interrupted, 77 when access is denied, 78 when a setting cannot \
            be used.

            EXAMPLES
              sqs-subscriber dlq list
              sqs-subscriber dlq show orders-dead --limit 3
              sqs-subscriber dlq redrive orders-dead --match '{"body": {"type": ["created"]}}'
              sqs-subscriber dlq export orders-dead letters.jsonl
            """,
        subcommands: [
            ListDeadLettersCommand.self, ShowDeadLettersCommand.self, RedriveCommand.self,
            ExportCommand.self, ImportCommand.self, PurgeCommand.self,
        ])

    /// What every command that looks says of what it does to the messages.
    static let lookEffects = """
        Looking receives the messages, hides them from others meanwhile, and gives them back in \
        the end: nothing changes but their receive counts, which rise by one. Where it is killed \
        they come back by themselves, after half a minute, or up to ten minutes where there are \
        many. A FIFO queue shows the first messages of each group only, as many as one receive \
        brings.
        """
}
