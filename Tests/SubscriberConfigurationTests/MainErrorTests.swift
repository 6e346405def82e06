import Settings
import SubscriberConfiguration
import Testing

/// What each mistake in the main file is answered with: the line, the key, what is wrong, what is
/// allowed.
@Suite struct MainErrorTests {
    private static let file = "etc/sqs-subscriber.toml"

    @Test(arguments: mistakes)
    func `a mistake in the main file is told with all the others`(
        text: String, expected: [String]
    ) throws {
        let tree = try ConfigurationTree()
        try tree.write(Self.file, text)
        try tree.handler("orders")
        let errors = tree.errors()
        #expect(errors.count == expected.count)
        for (error, start) in zip(errors, expected) {
            // The parser's own words follow the place of an error in the syntax.
            let isSyntax = start.contains("not valid TOML")
            let found = isSyntax ? String(error.prefix(Self.file.count + 1 + start.count)) : error
            #expect(found == "\(Self.file):\(start)")
        }
    }

    /// Each with its errors, which the place of the file is left out of.
    private static let mistakes: [(String, [String])] = [
        (
            "slots = 0\ngrace_time = \"2 fortnights\"\nslot = 3",
            [
                "1: slots: 0 is out of range; allowed: a whole number from 1 to 10000",
                "2: grace_time: \"2 fortnights\" has the unknown unit \"fortnights\"; allowed: a "
                    + "time span from 0s to 12h, such as \"30s\"",
                "3: slot: unknown key, did you mean \"slots\"? allowed here: slots, grace_time, "
                    + "state_directory, control_socket, core_dumps, aws, log, metrics, web, "
                    + "queues",
            ]
        ),
        (
            "[aws]\nregion = \"eu_west_1\"\nendpoint_url = \"sqs.example.org\"",
            [
                "2: aws.region: \"eu_west_1\" is not the name of a region; allowed: the name of a "
                    + "region, such as \"eu-west-1\"",
                "3: aws.endpoint_url: \"sqs.example.org\" is not a URL with http:// or https://, "
                    + "a host and, if any, a port up to 65535; allowed: a URL with http:// or "
                    + "https://, without a query",
            ]
        ),
        (
            "[aws]\nendpoint_url = \"http://sqs.example.org\"",
            [
                "2: aws.endpoint_url: \"http://sqs.example.org\" sends messages readable over the "
                    + "network; use https://, or set aws.allow_plaintext = true"
            ]
        ),
        (
            "[log]\nlevel = \"verbose\"",
            [
                "2: log.level: \"verbose\" is not one of them; allowed: \"debug\", \"info\", "
                    + "\"notice\", \"warning\", \"error\""
            ]
        ),
        (
            "[queues.orders]\nvisibility_timeout = \"2500ms\"\nweight = 101\nunmatched = \"drop\"",
            [
                "2: queues.orders.visibility_timeout: \"2500ms\" is not a number of whole seconds; "
                    + "allowed: a time span from 2s to 12h in whole seconds, such as \"1min 30s\"",
                "3: queues.orders.weight: 101 is out of range; allowed: a whole number from 1 "
                    + "to 100",
                "4: queues.orders.unmatched: \"drop\" is not one of them; allowed: \"leave\", "
                    + "\"delete\", \"reject\"",
            ]
        ),
        (
            "[queues.orders.fifo]\nweight = 2",
            [
                "1: queues.orders.fifo: unknown key; a name with a dot needs quotes: "
                    + "[queues.\"orders.fifo\"]"
            ]
        ),
        (
            "[queues.\"my queue\"]\nweight = 2",
            [
                "1: queues.\"my queue\": the name is not a queue name (letters, digits, - and _, "
                    + "at most 80 with the .fifo that ends a FIFO queue's)"
            ]
        ),
        (
            "[queues.\"orders.fifo\"]\ndead_letter_queue = \"orders-dead\"",
            [
                "2: queues.\"orders.fifo\".dead_letter_queue: \"orders-dead\" is not of the type "
                    + "of \"orders.fifo\"; allowed: a FIFO queue, with the suffix .fifo"
            ]
        ),
        (
            "[queues.orders]\ndead_letter_queue = \"orders-dead.fifo\"",
            [
                "2: queues.orders.dead_letter_queue: \"orders-dead.fifo\" is not of the type of "
                    + "\"orders\"; allowed: a standard queue"
            ]
        ),
        (
            "[queues.orders]\ndead_letter_queue = \"orders\"",
            ["2: queues.orders.dead_letter_queue: \"orders\" is the queue itself"]
        ),
        ("slots = 1\nslots = 2", ["2: not valid TOML at column 9: "]),
        ("slots = \n", ["1: not valid TOML at column 9: "]),
    ]
}
