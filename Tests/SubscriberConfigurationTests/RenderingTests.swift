import Settings
import SubscriberConfiguration
import Testing

@Suite struct RenderingTests {
    private func sample() throws -> ConfigurationTree {
        let tree = try ConfigurationTree()
        try tree.write(
            "etc/sqs-subscriber.toml",
            "slots = 10\n[log]\nlevel = \"debug\"\n[queues.\"orders.fifo\"]\nweight = 4\n")
        try tree.write(
            "lib/handlers.d/orders.toml",
            """
            # A handler with everything
            queue = "orders.fifo"
            [exec]
            command = [
                "/bin/x", # the program
                "say \\"hi\\"\\n", '''
            a [b]
            c = 1''',
            ]
            timeout = "90s"
            environment = { LANG = "C", DB_PASSWORD = "hunter2", DB = "pg://me:hunter2@db/x" }
            [retry]
            backoff = "list"
            delays = ["1s", "2min"]
            """)
        try tree.write("etc/handlers.d/orders.toml.d/1.toml", "\nconcurrency = 3")
        try tree.link("etc/handlers.d/masked.toml", to: "/dev/null")
        return tree
    }

    @Test func `the merged configuration says of every line where it came from`() throws {
        let tree = try sample()
        let environment = ["SQS_SUBSCRIBER_GRACE_TIME": "5s", "AWS_REGION": "eu-west-1"]
        let flag = ConfigurationOverride(key: "aws.profile", value: "work", flag: "--profile")
        let text = ConfigurationText.render(
            try tree.load(environment: environment, overrides: [flag]))
        #expect(tree.relative(text) == expected)
    }

    private let expected = #"""
        # read: etc/sqs-subscriber.toml
        # read: lib/handlers.d/orders.toml
        # read: etc/handlers.d/orders.toml.d/1.toml
        # masked: etc/handlers.d/masked.toml
        slots = 10  # etc/sqs-subscriber.toml:1
        grace_time = "5s"  # environment variable SQS_SUBSCRIBER_GRACE_TIME
        # state_directory is not set: $STATE_DIRECTORY, which systemd sets; or nothing is kept
        # control_socket is not set: in $RUNTIME_DIRECTORY, or $XDG_RUNTIME_DIR/sqs-subscriber
        core_dumps = false  # default

        [aws]
        region = "eu-west-1"  # environment variable AWS_REGION
        profile = "work"  # flag --profile
        # endpoint_url is not set: the profile's, or the region's endpoint of Amazon SQS
        allow_plaintext = false  # default
        # use_dualstack is not set: the profile's, or false
        # use_fips is not set: the profile's, or false

        [log]
        level = "debug"  # etc/sqs-subscriber.toml:3
        messages_per_second = 100  # default

        [metrics]
        # listen is not set: nowhere
        allow_remote = false  # default

        [web]
        # listen is not set: nowhere
        allow_remote = false  # default
        # hosts is not set: localhost and, with allow_remote, addresses and the machine's name
        actions = false  # default

        [queues."orders.fifo"]
        # visibility_timeout is not set: the queue's own
        weight = 4  # etc/sqs-subscriber.toml:5
        priority = 0  # default
        unmatched = "leave"  # default
        # dead_letter_queue is not set: the queue's own redrive policy decides
        # unwrap is not set: bodies are handled as they were sent
        unwrap_limit = "4MiB"  # default
        payload_limit = "16MiB"  # default
        delete_payload = false  # default
        pollers = 64  # default
        bytes_in_hand = "64MiB"  # default

        [handlers.orders]
        queue = "orders.fifo"  # lib/handlers.d/orders.toml:2
        concurrency = 3  # etc/handlers.d/orders.toml.d/1.toml:2
        on_lease_lost = "cancel"  # default
        # match is not set: every message of the queue
        fallback = false  # default

        [handlers.orders.exec]
        command = ["/bin/x", "say \"hi\"\n", "a [b]\nc = 1"]  # lib/handlers.d/orders.toml:4
        stdin = "body"  # default
        timeout = "1min 30s"  # lib/handlers.d/orders.toml:10
        reject_exit = [65]  # default
        # working_directory is not set: the daemon's
        max_output = "1MiB"  # default
        nice = 0  # default
        # memory_max is not set: the limit of the daemon
        aws_credentials = false  # default

        [handlers.orders.exec.environment]
        DB = "pg://[redacted]@db/x"  # lib/handlers.d/orders.toml:11
        DB_PASSWORD = "[redacted]"  # lib/handlers.d/orders.toml:11
        LANG = "C"  # lib/handlers.d/orders.toml:11

        [handlers.orders.retry]
        backoff = "list"  # lib/handlers.d/orders.toml:13
        delays = ["1s", "2min"]  # lib/handlers.d/orders.toml:14

        """#

    @Test func `the merged configuration is TOML that says the same`() throws {
        let tree = try sample()
        let root = try Document(ConfigurationText.render(try tree.load())).root
        #expect(root["slots"] == .integer(10))
        let handler = root["handlers"]?["orders"]
        #expect(
            handler?["exec"]?["command"]
                == .list([.text("/bin/x"), .text("say \"hi\"\n"), .text("a [b]\nc = 1")]))
        #expect(root["queues"]?["orders.fifo"]?["weight"] == .integer(4))
    }

    @Test func `a valid configuration is summed up, warnings first`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("a", queue: "orders")
        try tree.handler("b", queue: "orders")
        try tree.write("etc/sqs-subscriber.toml", "[queues.bills]")
        #expect(
            tree.relative(CheckReport.text(try tree.load())) == """
                warning: etc/sqs-subscriber.toml:1: [queues.bills] is not used: no handler is for it
                configuration is valid: 2 handlers, 1 queue

                """)
    }
}
