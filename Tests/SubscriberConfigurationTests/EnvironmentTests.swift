import AWS
import HandlerLibrary
import Settings
import SubscriberConfiguration
import SubscriberEngine
import Testing

@Suite struct EnvironmentTests {
    @Test func `every key of the main file but those of queues has a variable of its own`() throws {
        let names = Schema.main.keys.compactMap { Schema.main.variables(of: $0).first }
        #expect(names.contains("SQS_SUBSCRIBER_SLOTS"))
        #expect(names.contains("SQS_SUBSCRIBER_LOG_MESSAGES_PER_SECOND"))
        #expect(names.contains("SQS_SUBSCRIBER_AWS_ENDPOINT_URL"))
        #expect(Set(names).count == names.count)
        let perQueue = Schema.main.keys.filter { Schema.main.variables(of: $0).isEmpty }
        #expect(perQueue.allSatisfy { $0.place.components.first == "queues" })
    }

    @Test func `variables set what files could`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        let configuration = try tree.load(environment: [
            "SQS_SUBSCRIBER_SLOTS": "7", "SQS_SUBSCRIBER_GRACE_TIME": "1min 5s",
            "SQS_SUBSCRIBER_CORE_DUMPS": "true",
            "SQS_SUBSCRIBER_LOG_LEVEL": "debug", "SQS_SUBSCRIBER_LOG_MESSAGES_PER_SECOND": "0",
            "SQS_SUBSCRIBER_AWS_ENDPOINT_URL": "http://10.0.0.1:9324",
            "SQS_SUBSCRIBER_AWS_PROFILE": "work",
            "SQS_SUBSCRIBER_AWS_ALLOW_PLAINTEXT": "yes", "SQS_SUBSCRIBER_AWS_USE_FIPS": "yes",
            "SQS_SUBSCRIBER_AWS_USE_DUALSTACK": "off", "UNRELATED": "x",
        ])
        #expect(configuration.slots == 7)
        #expect(configuration.graceTime == .seconds(65))
        #expect(configuration.allowsCoreDumps)
        #expect(configuration.log.level == .debug && configuration.log.messagesPerSecond == 0)
        #expect(configuration.aws.endpointURL == "http://10.0.0.1:9324")
        #expect(configuration.aws.profile == "work")
        #expect(configuration.aws.allowPlaintext)
        #expect(configuration.aws.useFIPS == true)
        #expect(configuration.aws.useDualStack == false)
    }

    @Test func `variables of the AWS tools win over files, are shown, and keep their rank`() throws
    {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        try tree.write(
            "etc/sqs-subscriber.toml",
            """
            [aws]
            endpoint_url = "http://127.0.0.1:1"
            profile = "play"
            use_fips = true
            use_dualstack = true
            """)
        let configuration = try tree.load(environment: [
            "AWS_ENDPOINT_URL": "http://10.0.0.1:9324", "AWS_PROFILE": "work",
            "AWS_USE_FIPS_ENDPOINT": "perhaps",
        ])
        // Asked for by nobody: who reads the files of the AWS tools reads their variables as well.
        #expect(configuration.aws == AWSSettings(useDualStack: true))
        let provenance = configuration.provenance
        #expect(provenance.origin(of: "aws.endpoint_url") == .environment("AWS_ENDPOINT_URL"))
        #expect(provenance.origin(of: "aws.profile") == .environment("AWS_PROFILE"))
        #expect(provenance.main[SettingKey("aws.use_fips")]?.node == .boolean(false))
    }

    @Test func `a variable that loses is not looked at`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        let flag = ConfigurationOverride(key: "aws.region", value: "eu-west-1", flag: "--region")
        let environment = ["AWS_REGION": "no region"]
        #expect(tree.errors(environment: environment).count == 1)
        #expect(
            try tree.load(environment: environment, overrides: [flag]).aws.region == "eu-west-1")
    }

    @Test(arguments: [
        (
            ["SQS_SUBSCRIBER_SLOT": "1"],
            "environment variable SQS_SUBSCRIBER_SLOT: there is no such setting, "
                + "did you mean SQS_SUBSCRIBER_SLOTS?"
        ),
        (
            ["SQS_SUBSCRIBER_SLOTS": "many"],
            "environment variable SQS_SUBSCRIBER_SLOTS: slots: \"many\" is not a number; "
                + "allowed: a whole number from 1 to 10000"
        ),
        (
            ["SQS_SUBSCRIBER_AWS_USE_FIPS": "maybe"],
            "environment variable SQS_SUBSCRIBER_AWS_USE_FIPS: aws.use_fips: "
                + "\"maybe\" is neither true nor false; allowed: true or false"
        ),
        (
            ["AWS_ENDPOINT_URL_SQS": "http://u:p@10.0.0.1/"],
            "environment variable AWS_ENDPOINT_URL_SQS: aws.endpoint_url: "
                + "\"http://[redacted]@10.0.0.1/\" has a user name or password, which are not used"
                + "; allowed: a URL with http:// or https://, without a query"
        ),
    ])
    func `a wrong variable is an error that names it`(
        environment: [String: String], error: String
    ) throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        #expect(tree.errors(environment: environment) == [error])
    }

    @Test func `a variable like no key gets the list of those there are`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        let error = try #require(tree.errors(environment: ["SQS_SUBSCRIBER_COLOUR": "red"]).first)
        #expect(error.contains("there is no such setting; known: SQS_SUBSCRIBER_SLOTS, "))
    }

    @Test func `endpoints of the environment are ignored where the AWS tools are told to`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        let configuration = try tree.load(environment: [
            "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "True",
        ])
        #expect(configuration.provenance.origin(of: "aws.endpoint_url") == .standard)
    }

    @Test func `a flag for a setting that is not there is an error`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        let flag = ConfigurationOverride(key: "colour", value: "red", flag: "--colour")
        #expect(
            tree.errors(overrides: [flag]) == ["flag --colour: colour: there is no such setting"])
    }

    @Test func `SQS_QUEUE_NAME alone gets a journal handler`() throws {
        let tree = try ConfigurationTree()
        try tree.write("etc/sqs-subscriber.toml", "[queues.demo]\nweight = 3")
        let configuration = try tree.load(environment: ["SQS_QUEUE_NAME": "demo"])
        #expect(configuration.subscriptions.map(\.queue.name) == ["demo"])
        #expect(configuration.subscriptions.first?.weight == 3)
        #expect(configuration.handlers["demo"]?.kind == ChosenKind(JournalSettings()))
        #expect(configuration.warnings.isEmpty)
    }

    @Test func `SQS_QUEUE_NAME counts for nothing where there is a handler file`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders", in: "lib")
        let configuration = try tree.load(environment: ["SQS_QUEUE_NAME": "demo"])
        #expect(configuration.handlers.keys.sorted() == ["orders"])
        let warnings = configuration.warnings.map(\.description)
        #expect(warnings.count == 1)
        #expect(
            warnings[0].hasPrefix(
                "environment variable SQS_QUEUE_NAME: is not used, since there are handlers; "))
    }

    @Test func `SQS_QUEUE_NAME does not hide a handler file with an error in it`() throws {
        let tree = try ConfigurationTree()
        try tree.write("etc/handlers.d/orders.toml", "queue = ")
        let errors = tree.errors(environment: ["SQS_QUEUE_NAME": "demo"])
        #expect(errors.count == 1)
        #expect(errors[0].hasPrefix("etc/handlers.d/orders.toml:1: not valid TOML"))
    }

    @Test func `a masked handler file counts as none`() throws {
        let tree = try ConfigurationTree()
        try tree.link("etc/handlers.d/orders.toml", to: "/dev/null")
        let configuration = try tree.load(environment: ["SQS_QUEUE_NAME": "demo"])
        #expect(configuration.handlers.keys.sorted() == ["demo"])
    }

    @Test func `queues given by flag replace the handler files, broken ones too`() throws {
        let tree = try ConfigurationTree()
        try tree.write("etc/handlers.d/orders.toml", "not TOML at all [")
        let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/demo"
        let other = "https://sqs.eu-west-1.amazonaws.com/210987654321/demo"
        let configuration = try tree.load(
            environment: ["SQS_QUEUE_NAME": "unused"], queues: ["one.fifo", url, other, "one.fifo"])
        #expect(configuration.handlers.keys.sorted() == ["demo", "demo@2", "one.fifo"])
        #expect(configuration.subscriptions.count == 3)
        #expect(
            configuration.handlers.values.allSatisfy { $0.kind == ChosenKind(JournalSettings()) })
        #expect(
            configuration.provenance.handlers["demo"]?[SettingKey("queue")]?.origin
                == .flag("--queue"))
    }

    @Test func `a queue given by flag that names none is an error`() throws {
        let tree = try ConfigurationTree()
        let errors = tree.errors(queues: ["my queue"])
        #expect(errors.count == 1)
        #expect(errors[0].hasPrefix("flag --queue: \"my queue\" is not a queue name"))
    }
}
