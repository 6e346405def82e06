import AWS
import HTTP
import HandlerLibrary
import Settings
import SubscriberConfiguration
import SubscriberEngine
import Testing

@Suite struct SettingsTests {
    @Test func `a handler alone has the defaults for all the rest`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        let configuration = try tree.load()
        #expect(configuration.slots == 64)
        #expect(configuration.graceTime == .seconds(60))
        #expect(!configuration.allowsCoreDumps)
        #expect(configuration.aws == AWSSettings() && !configuration.aws.allowPlaintext)
        #expect(configuration.log.level == .info && configuration.log.messagesPerSecond == 100)
        let queue = try QueueReference("orders")
        let handler = SubscriberConfiguration.HandlerSettings(
            name: "orders", queue: queue, kind: JournalSettings())
        #expect(handler.concurrency == 10 && handler.policy.onLeaseLost == .cancel)
        #expect(handler.policy.retry == .visibilityTimeout && !handler.isFallback)
        let options = QueueOptions()
        let engine = options.engine
        #expect(engine.weight == 1 && engine.maximumPollers == 64 && engine.unmatched == .leave)
        var expected = handler
        expected.common.queue = queue
        #expect(
            configuration.subscriptions == [
                SubscriberConfiguration.SubscriptionSettings(
                    queue: queue, options: options, handlers: [expected])
            ])
        #expect(configuration.warnings.isEmpty)
    }

    @Test(arguments: [
        (
            "[exec]\ncommand = [\"/bin/cat\", \"-n\"]",
            ChosenKind(plainExec),
            RetryPolicy.visibilityTimeout
        ),
        (
            """
            [exec]
            command = ["x", "--id={message_id}", "{print $1}"]
            stdin = "json"
            timeout = 45
            working_directory = "/tmp"
            max_output = 4096
            nice = 5
            memory_max = "1GiB"
            reject_exit = [65, 2]
            aws_credentials = true
            environment.LANG = "C"
            [retry]
            backoff = "exponential"
            """,
            ChosenKind(everyExecSetting),
            .exponential(initial: .seconds(10), maximum: .seconds(900))
        ),
        (
            "[http]\nurl = \"https://host/x?y=z\"\n"
                + "[retry]\nbackoff = \"list\"\ndelays = [\"10s\", 60]",
            ChosenKind(plainHTTP),
            .delays([.seconds(10), .seconds(60)])
        ),
        (
            """
            [http]
            url = "unix:/run/a b.sock:/tasks?x=y"
            timeout = "2s"
            connect_timeout = "100ms"
            inactivity_timeout = "1s"
            connections = 12
            content_type = "text/plain"
            user_agent = "aws-sqsd/2.0"
            success = "200"
            reject_status = [400, 422]
            error_visibility_timeout = "2s"
            task_paths = true
            [retry]
            backoff = "exponential"
            initial = "1s"
            maximum = "1s"
            """,
            ChosenKind(everyHTTPSetting),
            .exponential(initial: .seconds(1), maximum: .seconds(1))
        ),
        (
            "[lambda]\ncommand = [\"python3\", \"-m\", \"awslambdaric\", \"app.handler\"]",
            ChosenKind(plainLambda),
            .visibilityTimeout
        ),
        (
            """
            [lambda]
            command = ["x"]
            function_name = "bills"
            working_directory = "/srv"
            timeout = "15min"
            batch_size = 10000
            batch_window = "1min"
            report_batch_item_failures = true
            aws_credentials = true
            environment.STAGE = "test"
            """,
            ChosenKind(everyLambdaSetting), .visibilityTimeout
        ),
        ("[journal]\n[retry]\n", ChosenKind(JournalSettings()), .visibilityTimeout),
    ])
    func `each kind of handler has its settings`(
        text: String, kind: ChosenKind, retry: RetryPolicy
    ) throws {
        let tree = try ConfigurationTree()
        try tree.write("etc/handlers.d/orders.toml", "queue = \"orders\"\n" + text)
        let handler = try #require(try tree.load().handlers["orders"])
        #expect(handler.kind == kind)
        #expect(handler.policy.retry == retry)
    }

    @Test func `limits, priority and the state directory are as they are written`() throws {
        let tree = try ConfigurationTree()
        try tree.write(
            "etc/handlers.d/orders.toml",
            "queue = \"orders\"\n[journal]\n[limits]\nmessages_per_second = 20")
        try tree.handler("bills", queue: "bills")
        try tree.write(
            "etc/sqs-subscriber.toml",
            "state_directory = \"/srv/state\"\n[queues.orders]\npriority = 7")
        let configuration = try tree.load()
        #expect(configuration.stateDirectory == "/srv/state")
        #expect(configuration.subscriptions.map(\.priority) == [0, 7])
        #expect(configuration.handlers["orders"]?.policy.limits.messagesPerSecond == 20)
        #expect(configuration.handlers["bills"]?.policy.limits.messagesPerSecond == nil)
        for (text, rate) in [("0.5", 0.5), ("0.001", 0.001), ("1e2", 100)] as [(String, Double)] {
            try tree.write(
                "etc/handlers.d/orders.toml",
                "queue = \"orders\"\n[journal]\n[limits]\nmessages_per_second = \(text)")
            #expect(try tree.load().handlers["orders"]?.policy.limits.messagesPerSecond == rate)
        }
    }

    @Test(arguments: [
        ("concurrency = 3\n[journal]", 3),
        ("concurrency = 3\n[lambda]\ncommand = [\"x\"]\nbatch_size = 7", 21),
        ("concurrency = 200\n[lambda]\ncommand = [\"x\"]\nbatch_size = 100", 10_000),
    ])
    func `a function's processes work on a batch each`(text: String, messages: Int) throws {
        let tree = try ConfigurationTree()
        try tree.write("etc/handlers.d/orders.toml", "queue = \"orders\"\n" + text)
        #expect(try tree.load().handlers["orders"]?.messagesAtOnce == messages)
    }

    @Test(arguments: [
        "http://127.0.0.1:9324", "http://localhost", "http://127.8.9.10", "http://[::1]:9324",
        "http://sqs.localhost:4566", "https://10.0.0.1",
    ])
    func `plain HTTP to this machine needs no permission`(url: String) throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        let environment = ["SQS_SUBSCRIBER_AWS_ENDPOINT_URL": url]
        #expect(try tree.load(environment: environment).aws.endpointURL == url)
    }

    @Test(arguments: [
        "http://127.0.0.1.example.org", "http://localhost.example.org", "http://1270.0.0.1",
        "http://10.0.0.1", "http://[::2]",
    ])
    func `plain HTTP to another machine needs permission`(url: String) throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        let environment = ["SQS_SUBSCRIBER_AWS_ENDPOINT_URL": url]
        #expect(tree.errors(environment: environment).count == 1)
        let allowed = ["SQS_SUBSCRIBER_AWS_ALLOW_PLAINTEXT": "true"]
        let both = environment.merging(allowed) { first, _ in first }
        #expect(try tree.load(environment: both).aws.endpointURL == url)
    }

    @Test func `a queue with a plain URL of another machine needs permission too`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders", queue: "http://10.0.0.1/0/orders")
        let error = try #require(tree.errors().first)
        #expect(
            error.hasPrefix("etc/handlers.d/orders.toml:1: queue: \"http://10.0.0.1/0/orders\""))
    }

    @Test func `loading twice gives equal values`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        try tree.handler("bills", queue: "bills.fifo")
        #expect(try tree.load() == tree.load())
    }
}
