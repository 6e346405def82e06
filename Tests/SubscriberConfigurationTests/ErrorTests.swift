import SubscriberConfiguration
import Testing

/// What each mistake is answered with: the file, the line, the key, what is wrong, what is allowed.
@Suite struct ErrorTests {
    private static let handler = "etc/handlers.d/orders.toml"
    private static let main = "etc/sqs-subscriber.toml"

    @Test(arguments: [
        (
            "queue = \"orders\"\n[exec]\ncommand = [\"/bin/true\"]\ntimout = \"1s\"",
            [
                "4: exec.timout: unknown key, did you mean \"timeout\"? allowed here: "
                    + "command, timeout, working_directory, max_output, environment"
            ]
        ),
        (
            "queue = \"orders\"\nlambda.command = []\n[journal]",
            [
                "2: lambda: unknown key; allowed here: queue, concurrency, on_lease_lost, exec, "
                    + "http, retry, journal"
            ]
        ),
        (
            "queue = \"orders\"\n[exec]\ncommand = [\"x\"]\nconcurrency = 3",
            [
                "4: exec.concurrency: unknown key; \"concurrency\" belongs above the first table; "
                    + "allowed here: command, timeout, working_directory, max_output, environment"
            ]
        ),
        (
            "queue = \"orders\"\ninitial = \"1s\"\n[journal]",
            [
                "2: initial: unknown key; \"initial\" belongs in [retry]; allowed here: queue, "
                    + "concurrency, on_lease_lost, exec, http, retry, journal"
            ]
        ),
        (
            "queue = 7\nconcurrency = \"8\"\n[journal]",
            [
                "1: queue: a number is the wrong type; allowed: the name of a queue, its URL or "
                    + "its ARN",
                "2: concurrency: a text is the wrong type; allowed: a whole number from 1 to 10000",
            ]
        ),
        (
            "queue = \"my queue\"\nconcurrency = 0\non_lease_lost = \"stop\"\n[journal]",
            [
                "1: queue: \"my queue\" is not a queue name (letters, digits, - and _, at most 80 "
                    + "with the .fifo that ends a FIFO queue's); allowed: the name of a queue, its "
                    + "URL or its ARN",
                "2: concurrency: 0 is out of range; allowed: a whole number from 1 to 10000",
                "3: on_lease_lost: \"stop\" is not one of them; allowed: \"cancel\", \"continue\"",
            ]
        ),
        ("queue = \"orders\"\n[journal]\nlevel = 1", ["3: journal.level: unknown key; allowed here: "]),
        (
            "queue = \"orders\"\njournal = true",
            [
                "2: journal: true or false is the wrong type; allowed: a table",
                " what runs for a message is missing; add one of the tables [exec], [http], "
                    + "[journal]",
            ]
        ),
        (
            "queue = \"orders\"\n[http]\nurl = \"http://h/\"\n[exec]\ncommand = [\"x\"]",
            [
                "2: http: a handler is of one kind, and [exec] is there already; allowed: one of "
                    + "[exec], [http], [journal]"
            ]
        ),
        (
            "[exec]\ntimeout = 0",
            [
                "2: exec.timeout: 0 is out of range; allowed: a time span from 1s to 12h, such as "
                    + "\"30s\"",
                " queue: is missing; it has to be the name of a queue, its URL or its ARN",
                "1: exec.command: is missing; it has to be the program and its arguments, such as "
                    + "[\"/bin/cat\", \"-n\"]",
            ]
        ),
        (
            "queue = \"orders\"\n[http]",
            ["2: http.url: is missing; it has to be a URL with http:// or https://"]
        ),
        (
            "queue = \"orders\"\n[http]\nurl = \"unix:/run/x\"\ncontent_type = \"a\\nb\"",
            [
                "3: http.url: \"unix:/run/x\" is not a URL with http:// or https:// and a host; "
                    + "allowed: a URL with http:// or https://",
                "4: http.content_type: \"a\\nb\" cannot be sent in a header; allowed: a text of "
                    + "printable ASCII characters",
            ]
        ),
        (
            "queue = \"orders\"\n[http]\nurl = \"https://me:secret@host/\"",
            [
                "3: http.url: \"https://[redacted]@host/\" has a user name or password, which are "
                    + "not used; allowed: a URL with http:// or https://"
            ]
        ),
        (
            "queue = \"orders\"\n[exec]\ncommand = \"/bin/true\"\nmax_output = \"1MB\"",
            [
                "3: exec.command: a text is the wrong type; allowed: the program and its "
                    + "arguments, such as [\"/bin/cat\", \"-n\"]",
                "4: exec.max_output: \"1MB\" is not a size; allowed: a size from 1KiB to 1GiB, such "
                    + "as \"1MiB\"",
            ]
        ),
        (
            "queue = \"orders\"\n[exec]\ncommand = [\"x\", 7]\nworking_directory = \"tmp\"",
            [
                "3: exec.command: a number in the list is the wrong type; allowed: the program and "
                    + "its arguments, such as [\"/bin/cat\", \"-n\"]",
                "4: exec.working_directory: \"tmp\" does not start with /; allowed: a path that "
                    + "starts with /",
            ]
        ),
        (
            "queue = \"orders\"\n[exec]\ncommand = []\nenvironment = { \"A=B\" = \"1\", C = 2 }",
            [
                "3: exec.command: the list is empty; allowed: the program and its arguments, such "
                    + "as [\"/bin/cat\", \"-n\"]",
                "4: exec.environment.C: a number is the wrong type; allowed: a text",
                "4: exec.environment.\"A=B\": the name of a variable is not empty and has no = in it",
            ]
        ),
        (
            "queue = \"orders\"\n[journal]\n[retry]\ninitial = \"5s\"",
            ["3: retry.backoff: is missing; it has to be \"exponential\", \"list\""]
        ),
        (
            "queue = \"orders\"\n[journal]\n[retry]\nbackoff = \"exponential\"\ndelays = [1]",
            ["5: retry.delays: not used with backoff = \"exponential\"; remove one"]
        ),
        (
            "queue = \"orders\"\n[journal]\n[retry]\nbackoff = \"list\"\nmaximum = 5",
            [
                "5: retry.maximum: not used with backoff = \"list\"; remove one",
                "3: retry.delays: is missing; it has to be time spans from 0s to 12h, such as "
                    + "[\"10s\", \"1min\"]",
            ]
        ),
        (
            "queue = \"orders\"\n[journal]\n[retry]\nbackoff = \"exponential\"\nmaximum = \"5s\"",
            ["5: retry.maximum: 5s is shorter than retry.initial, 10s"]
        ),
        (
            "queue = \"orders\"\n[journal]\n[retry]\nbackoff = \"list\"\ndelays = [\"1s\", \"13h\"]",
            [
                "5: retry.delays: \"13h\" is out of range; allowed: time spans from 0s to 12h, such "
                    + "as [\"10s\", \"1min\"]"
            ]
        ),
        (
            "queue = \"orders\"\n[exec]\ncommand = [\"x\"]\ntimeout = \"infinity\"",
            [
                "4: exec.timeout: \"infinity\" is not a limit; give a time span that ends; allowed: "
                    + "a time span from 1s to 12h, such as \"30s\""
            ]
        ),
        (
            "queue = \"orders\"\nconcurrency = 2020-01-01\n[journal]",
            [
                "2: concurrency: a date is the wrong type; allowed: a whole number from 1 to 10000"
            ]
        ),
    ] as [(String, [String])])
    func `a mistake in a handler file is told with all the others`(
        text: String, expected: [String]
    ) throws {
        let tree = try ConfigurationTree()
        try tree.write(Self.handler, text)
        #expect(tree.errors() == expected.map { "\(Self.handler):\($0)" })
    }

    @Test(arguments: [
        (
            "slots = 0\ngrace_time = \"2 fortnights\"\nslot = 3",
            [
                "1: slots: 0 is out of range; allowed: a whole number from 1 to 10000",
                "2: grace_time: \"2 fortnights\" has the unknown unit \"fortnights\"; allowed: a "
                    + "time span from 0s to 12h, such as \"30s\"",
                "3: slot: unknown key, did you mean \"slots\"? allowed here: slots, grace_time, "
                    + "aws, log, queues",
            ]
        ),
        (
            "[aws]\nregion = \"eu_west_1\"\nendpoint_url = \"sqs.example.org\"",
            [
                "2: aws.region: \"eu_west_1\" is not the name of a region; allowed: the name of a "
                    + "region, such as \"eu-west-1\"",
                "3: aws.endpoint_url: \"sqs.example.org\" is not a URL with http:// or https:// and "
                    + "a host; allowed: a URL with http:// or https://, without a query",
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
            "[queues.orders]\nvisibility_timeout = \"1500ms\"\nweight = 101\nunmatched = \"drop\"",
            [
                "2: queues.orders.visibility_timeout: \"1500ms\" is not a number of whole seconds; "
                    + "allowed: a time span from 1s to 12h in whole seconds, such as \"1min 30s\"",
                "3: queues.orders.weight: 101 is out of range; allowed: a whole number from 1 to 100",
                "4: queues.orders.unmatched: \"drop\" is not one of them; allowed: \"leave\", "
                    + "\"delete\", \"reject\"",
            ]
        ),
        (
            "[queues.orders.fifo]\nweight = 2",
            ["1: queues.orders.fifo: unknown key; a name with a dot needs quotes: "
                + "[queues.\"orders.fifo\"]"]
        ),
        (
            "[queues.\"my queue\"]\nweight = 2",
            [
                "1: queues.\"my queue\": the name is not a queue name (letters, digits, - and _, at "
                    + "most 80 with the .fifo that ends a FIFO queue's)"
            ]
        ),
        (
            "[queues.\"orders.fifo\"]\ndead_letter_queue = \"orders-dead\"",
            [
                "2: queues.\"orders.fifo\".dead_letter_queue: \"orders-dead\" is of the other type "
                    + "than \"orders.fifo\"; allowed: a FIFO queue, with the suffix .fifo"
            ]
        ),
        (
            "[queues.orders]\ndead_letter_queue = \"orders-dead.fifo\"",
            [
                "2: queues.orders.dead_letter_queue: \"orders-dead.fifo\" is of the other type than "
                    + "\"orders\"; allowed: a standard queue"
            ]
        ),
        (
            "[queues.orders]\ndead_letter_queue = \"orders\"",
            ["2: queues.orders.dead_letter_queue: \"orders\" is the queue itself"]
        ),
        ("slots = 1\nslots = 2", ["2: not valid TOML at column 9: "]),
        ("slots = \n", ["1: not valid TOML at column 9: "]),
    ] as [(String, [String])])
    func `a mistake in the main file is told with all the others`(
        text: String, expected: [String]
    ) throws {
        let tree = try ConfigurationTree()
        try tree.write(Self.main, text)
        try tree.handler("orders")
        let errors = tree.errors()
        #expect(errors.count == expected.count)
        for (error, start) in zip(errors, expected) {
            // The parser's own words follow the place of an error in the syntax.
            let isSyntax = start.contains("not valid TOML")
            let found = isSyntax ? String(error.prefix(Self.main.count + 1 + start.count)) : error
            #expect(found == "\(Self.main):\(start)")
        }
    }

    @Test func `errors of all files come in one run, each named once, with their number`() throws {
        let tree = try ConfigurationTree()
        try tree.write(Self.main, "slots = \"many\"\n[log]\nlevel = 3")
        try tree.write(Self.handler, "queue = \"orders\"\nqueue = \"again\"")
        try tree.write("run/handlers.d/bills.toml", "[journal]")
        try tree.write("run/handlers.d/bills.toml.d/1.toml", "colour = \"red\"")
        let thrown = #expect(throws: ConfigurationErrors.self) {
            try tree.load(environment: ["SQS_SUBSCRIBER_SLOTZ": "3"])
        }
        let errors = try #require(thrown)
        #expect(
            errors.errors.map { $0.key?.description } == [
                "slots", "log.level", nil, "colour", nil, "queue",
            ])
        let report = CheckReport.text(errors)
        #expect(report.split(separator: "\n").count == 7)
        #expect(report.hasSuffix("\n6 errors in the configuration\n"))
    }

    @Test func `with nothing to subscribe to, both ways to name a queue are told`() throws {
        let tree = try ConfigurationTree()
        let error = try #require(tree.errors().first)
        #expect(error.hasPrefix("etc/handlers.d: no queue to subscribe to: put a handler file"))
        #expect(error.contains("--queue") && error.contains("SQS_QUEUE_NAME"))
    }

    @Test func `more queues than slots is an error`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders", queue: "orders")
        try tree.handler("bills", queue: "bills")
        let flag = ConfigurationOverride(key: "slots", value: "1", flag: "--slots")
        #expect(
            tree.errors(overrides: [flag]) == [
                "flag --slots: slots: 1 is less than the number of queues; allowed: 2 or more"
            ])
    }
}
