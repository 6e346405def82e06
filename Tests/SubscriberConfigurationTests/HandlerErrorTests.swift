import Settings
import SubscriberConfiguration
import Testing

/// What each mistake in a handler file is answered with: the line, the key, what is wrong, what is
/// allowed.
@Suite struct HandlerErrorTests {
    private static let file = "etc/handlers.d/orders.toml"

    @Test(arguments: mistakes)
    func `a mistake in a handler file is told with all the others`(
        text: String, expected: [String]
    ) throws {
        let tree = try ConfigurationTree()
        try tree.write(Self.file, text)
        #expect(tree.errors() == expected.map { "\(Self.file):\($0)" })
    }

    /// What a handler's file may have above its tables, and the tables.
    private static let topLevel =
        "queue, concurrency, on_lease_lost, match, fallback, exec, http, lambda, swift, retry, "
        + "limits, schedule, journal"

    private static let execKeys = """
        command, stdin, timeout, reject_exit, working_directory, max_output, nice, memory_max, \
        aws_credentials, environment
        """

    private static let httpTarget =
        "a URL with http:// or https://, or unix:SOCKET or unix:SOCKET:/PATH"

    /// Each with its errors, which the place of the file is left out of.
    private static let mistakes: [(String, [String])] = [
        (
            "queue = \"orders\"\n[exec]\ncommand = [\"/bin/true\"]\ntimout = \"1s\"",
            [
                "4: exec.timout: unknown key, did you mean \"timeout\"? allowed here: "
                    + execKeys
            ]
        ),
        (
            "queue = \"orders\"\nsmtp.command = []\n[journal]",
            [
                "2: smtp: unknown key; allowed here: \(topLevel)"
            ]
        ),
        (
            "queue = \"orders\"\n[exec]\ncommand = [\"x\"]\nconcurrency = 3",
            [
                "4: exec.concurrency: unknown key; \"concurrency\" belongs above the first table; "
                    + "allowed here: "
                    + execKeys
            ]
        ),
        (
            "queue = \"orders\"\ninitial = \"1s\"\n[journal]",
            [
                "2: initial: unknown key; \"initial\" belongs in [retry]; allowed here: "
                    + topLevel
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
        (
            "queue = \"orders\"\n[journal]\nlevel = 1",
            ["3: journal.level: unknown key; [journal] has no keys"]
        ),
        (
            "queue = \"orders\"\njournal = true",
            [
                "2: journal: true or false is the wrong type; allowed: a table",
                " what runs for a message is missing; add one of the tables [exec], [http], "
                    + "[lambda], [journal], [swift]",
            ]
        ),
        (
            "queue = \"orders\"\n[http]\nurl = \"http://h/\"\n[exec]\ncommand = [\"x\"]",
            [
                "2: http: a handler is of one kind, and [exec] is there already; allowed: one of "
                    + "[exec], [http], [lambda], [journal], [swift]"
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
            "queue = \"orders.fifo\"\n[lambda]\ncommand = [\"x\"]\nbatch_size = 11\n"
                + "[lambda.environment]\n\"a=b\" = \"c\"",
            [
                "6: lambda.environment.\"a=b\": the name of a variable is not empty and has no = "
                    + "in it",
                "4: lambda.batch_size: 11 is too much for the FIFO queue \"orders.fifo\"; "
                    + "allowed: 1 to 10",
            ]
        ),
        (
            "queue = \"orders\"\n[lambda]\nbatch_window = \"6min\"",
            [
                "3: lambda.batch_window: \"6min\" is out of range; allowed: a time span from 0s to "
                    + "5min, such as \"30s\"",
                "2: lambda.command: is missing; it has to be the program and its arguments, such "
                    + "as [\"/bin/cat\", \"-n\"]",
            ]
        ),
        (
            "queue = \"orders\"\n[http]",
            ["2: http.url: is missing; it has to be \(httpTarget)"]
        ),
        (
            "queue = \"orders\"\n[http]\nurl = \"ftp://h/x\"\ncontent_type = \"a\\nb\"",
            [
                "3: http.url: \"ftp://h/x\" is not a URL with http:// or https://, a host and, if "
                    + "any, a port up to 65535; "
                    + "allowed: \(httpTarget)",
                "4: http.content_type: \"a\\nb\" cannot be sent in a header; allowed: a text of "
                    + "printable ASCII characters",
            ]
        ),
        (
            "queue = \"orders\"\n[http]\nurl = \"https://me:secret@host/\"",
            [
                "3: http.url: \"https://[redacted]@host/\" has a user name or password, which are "
                    + "not used; allowed: \(httpTarget)"
            ]
        ),
        (
            "queue = \"orders\"\n[http]\nurl = \"unix:run/x\"\nreject_status = [200]",
            [
                "3: http.url: \"unix:run/x\" is not unix:, the absolute path of a socket (107 "
                    + "bytes at most) and, after a colon, a path; allowed: \(httpTarget)",
                "4: http.reject_status: 200 is out of range; allowed: whole numbers from 400 to "
                    + "599, such as [400, 599]",
            ]
        ),
        (
            "queue = \"orders\"\n[http]\nurl = \"http://127.0.0.1:65536/\"",
            [
                "3: http.url: \"http://127.0.0.1:65536/\" is not a URL with http:// or https://, "
                    + "a host and, if any, a port up to 65535; allowed: \(httpTarget)"
            ]
        ),
        (
            "queue = \"orders\"\n[exec]\ncommand = [\"./x\"]",
            [
                "3: exec.command: \"./x\" is a relative path; give an absolute one, or a name to "
                    + "look up in PATH; allowed: the program and its arguments, such as "
                    + "[\"/bin/cat\", \"-n\"]"
            ]
        ),
        (
            "queue = \"orders\"\nconcurrency = 60\n[http]\nurl = \"http://h/\"\nconnections = 59",
            ["5: http.connections: 59 is less than concurrency; allowed: 60 or more"]
        ),
        (
            "queue = \"orders\"\n[http]\nurl = \"https://h/\"\nca_file = \"/etc/passwd\"\n"
                + "client_key_file = \"/nonexistent/key\"\nsignature_key_file = \"/dev/null\"",
            [
                "4: http.ca_file: \"/etc/passwd\" does not hold a certificate in PEM",
                "5: http.client_key_file: \"/nonexistent/key\" cannot be read: No such file or "
                    + "directory",
                "5: http.client_key_file: of no use without http.client_certificate_file; set both",
                "6: http.signature_key_file: \"/dev/null\" is empty",
            ]
        ),
        (
            "queue = \"orders\"\n[exec]\ncommand = \"/bin/true\"\nmax_output = \"1MB\"",
            [
                "3: exec.command: a text is the wrong type; allowed: the program and its "
                    + "arguments, such as [\"/bin/cat\", \"-n\"]",
                "4: exec.max_output: \"1MB\" is not a size; allowed: a size from 1KiB to 1GiB, "
                    + "such as \"1MiB\"",
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
            "queue = \"orders\"\n[exec]\ncommand = [\"x\", \"--in={body}\"]\nreject_exit = [0]",
            [
                "3: exec.command: \"--in={body}\": {body} is no field of a message; allowed: "
                    + "{message_id}, {queue}, {queue_url}, {receive_count}, {sent_timestamp}, "
                    + "{first_receive_timestamp}, {group}, {body_file}, {attribute.NAME}; write "
                    + "{{body}} for the text {body}; allowed: the program and its arguments, such "
                    + "as [\"/bin/cat\", \"-n\"]",
                "4: exec.reject_exit: 0 is out of range; allowed: whole numbers from 1 to 255, "
                    + "such as [1, 255]",
            ]
        ),
        (
            "queue = \"orders\"\n[exec]\ncommand = [\"/bin/{queue}\"]\nstdin = \"text\"",
            [
                "3: exec.command: \"/bin/{queue}\" takes the program's name from the message; "
                    + "allowed: the program and its arguments, such as [\"/bin/cat\", \"-n\"]",
                "4: exec.stdin: \"text\" is not one of them; allowed: \"body\", \"json\", "
                    + "\"none\"",
            ]
        ),
        (
            "queue = \"orders\"\n[exec]\ncommand = []\nenvironment = { \"A=B\" = \"1\", C = 2 }",
            [
                "3: exec.command: the list is empty; allowed: the program and its arguments, such "
                    + "as [\"/bin/cat\", \"-n\"]",
                "4: exec.environment.C: a number is the wrong type; allowed: a text",
                "4: exec.environment.\"A=B\": the name of a variable is not empty and has no = in "
                    + "it",
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
            "queue = \"orders\"\n[journal]\n[retry]\nbackoff = \"list\"\n"
                + "delays = [\"1s\", \"13h\"]",
            [
                "5: retry.delays: \"13h\" is out of range; allowed: time spans from 0s to 12h, "
                    + "such as [\"10s\", \"1min\"]"
            ]
        ),
        (
            "queue = \"orders\"\n[journal]\n[limits]\nmessages_per_second = 0.0001",
            [
                "4: limits.messages_per_second: 0.0001 is out of range; allowed: a number from "
                    + "0.001 to 100000"
            ]
        ),
        (
            "queue = \"orders\"\n[journal]\n[limits]\nmessages_per_second = nan",
            [
                "4: limits.messages_per_second: nan is out of range; allowed: a number from "
                    + "0.001 to 100000"
            ]
        ),
        (
            "queue = \"orders\"\n[journal]\n[limits]\nmessages_per_second = \"5\"",
            [
                "4: limits.messages_per_second: a text is the wrong type; allowed: a number from "
                    + "0.001 to 100000"
            ]
        ),
        (
            "queue = \"orders\"\n[exec]\ncommand = [\"x\"]\ntimeout = \"infinity\"",
            [
                "4: exec.timeout: \"infinity\" is not a limit; give a time span that ends; "
                    + "allowed: a time span from 1s to 12h, such as \"30s\""
            ]
        ),
        (
            "queue = \"orders\"\nconcurrency = 2020-01-01\n[journal]",
            [
                "2: concurrency: a date is the wrong type; allowed: a whole number from 1 to 10000"
            ]
        ),
    ]
}
