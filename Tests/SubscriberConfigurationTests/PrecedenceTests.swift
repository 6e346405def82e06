import AWS
import HandlerLibrary
import Settings
import SubscriberConfiguration
import Testing

@Suite struct PrecedenceTests {
    @Test func `a file in etc hides the one in run, which hides the one in lib`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders", queue: "from-etc", in: "etc")
        try tree.handler("orders", queue: "from-run", in: "run")
        try tree.handler("bills", queue: "from-run", in: "run")
        try tree.handler("bills", queue: "from-lib", in: "lib")
        try tree.handler("mails", queue: "from-lib", in: "lib")
        let queues = try tree.load().handlers.mapValues(\.queue.name)
        #expect(queues == ["orders": "from-etc", "bills": "from-run", "mails": "from-lib"])
    }

    @Test func `what is hidden is not looked at, be it a FIFO or broken`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        tree.fifo("run/handlers.d/orders.toml")
        try tree.write("lib/handlers.d/orders.toml", "not TOML at all [")
        #expect(try tree.load().handlers.keys.sorted() == ["orders"])
    }

    @Test(arguments: ["link", "empty file"])
    func `a link to the null device or an empty file masks`(how: String) throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders", in: "lib")
        try tree.handler("bills", in: "lib")
        if how == "link" {
            try tree.link("etc/handlers.d/orders.toml", to: "/dev/null")
        } else {
            try tree.write("etc/handlers.d/orders.toml", "")
        }
        try tree.write("etc/handlers.d/orders.toml.d/10.toml", "concurrency = 0")
        let configuration = try tree.load()
        #expect(configuration.handlers.keys.sorted() == ["bills"])
        #expect(
            configuration.provenance.masks.map(tree.relative) == ["etc/handlers.d/orders.toml"])
    }

    @Test func `drop-ins are laid over a handler key by key, in the order of their names`() throws {
        let tree = try ConfigurationTree()
        try tree.write(
            "lib/handlers.d/orders.toml",
            """
            queue = "orders"
            concurrency = 1
            [exec]
            command = ["/bin/one"]
            timeout = "1s"
            environment = { A = "base", B = "base" }
            """)
        let dropIns = [
            ("etc/handlers.d/orders.toml.d/20-last.toml", "exec.timeout = \"3s\""),
            (
                "lib/handlers.d/orders.toml.d/10-first.toml",
                "concurrency = 2\nexec.timeout = \"2s\""
            ),
            ("run/handlers.d/orders.toml.d/15.toml", "exec.environment.B = \"over\""),
            ("etc/handlers.d/orders.toml.d/30.toml", ""),
            ("lib/handlers.d/orders.toml.d/30.toml", "concurrency = 30"),
        ]
        for (name, text) in dropIns { try tree.write(name, text) }
        let handler = try #require(try tree.load().handlers["orders"])
        #expect(handler.concurrency == 2)
        var expected = ExecSettings()
        expected.command = ["/bin/one"]
        expected.timeout = .seconds(3)
        expected.environment = ["A": "base", "B": "over"]
        #expect(handler.kind == ChosenKind(expected))
    }

    @Test func `the main file is the first one found, with its drop-ins from all directories`()
        throws
    {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        try tree.write("run/sqs-subscriber.toml", "slots = 10\ngrace_time = \"10s\"")
        try tree.write("lib/sqs-subscriber.toml", "slots = 20\nlog.level = \"error\"")
        try tree.write("lib/sqs-subscriber.toml.d/50.toml", "grace_time = \"5s\"")
        let configuration = try tree.load()
        #expect(configuration.slots == 10)
        #expect(configuration.graceTime == .seconds(5))
        #expect(configuration.log.level == .info)
        let grace = configuration.provenance.origin(of: "grace_time")
        #expect(grace == .file(tree.path("lib/sqs-subscriber.toml.d/50.toml"), line: 1))
        #expect(
            configuration.provenance.files.map(tree.relative) == [
                "run/sqs-subscriber.toml", "lib/sqs-subscriber.toml.d/50.toml",
                "etc/handlers.d/orders.toml",
            ])
    }

    @Test func `flags win over variables, these over those of the AWS tools, these over files`()
        throws
    {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        try tree.write("etc/sqs-subscriber.toml", "[aws]\nregion = \"file-1\"")
        var environment: [String: String] = [:]
        var region: String? { try? tree.load(environment: environment).aws.region }
        #expect(region == "file-1")
        environment["AWS_DEFAULT_REGION"] = "default-1"
        #expect(region == "default-1")
        environment["AWS_REGION"] = "aws-1"
        #expect(region == "aws-1")
        environment["SQS_SUBSCRIBER_AWS_REGION"] = "own-1"
        #expect(region == "own-1")
        environment["SQS_SUBSCRIBER_AWS_REGION"] = ""
        #expect(region == "aws-1")
        let flag = ConfigurationOverride(key: "aws.region", value: "flag-1", flag: "--region")
        let configuration = try tree.load(environment: environment, overrides: [flag])
        #expect(configuration.aws.region == "flag-1")
        #expect(configuration.provenance.origin(of: "aws.region") == .flag("--region"))
    }

    @Test func `a directory given by flag is read instead of the three, and has to be there`()
        throws
    {
        let tree = try ConfigurationTree()
        try tree.handler("orders", in: "etc")
        try tree.handler("bills", in: "run")
        let only = ConfigurationLoader(onlyDirectory: tree.path("run"), environment: [:])
        #expect(try only.load().handlers.keys.sorted() == ["bills"])
        let missing = ConfigurationLoader(onlyDirectory: tree.path("nowhere"), environment: [:])
        let errors = #expect(throws: ConfigurationErrors.self) { try missing.load() }
        #expect(
            errors?.errors.first?.description
                == "\(tree.path("nowhere")): there is no such directory")
    }

    @Test func `the directories of an installed daemon are those of systemd's units`() {
        #expect(
            ConfigurationLoader.standardDirectories == [
                "/etc/sqs-subscriber", "/run/sqs-subscriber", "/usr/lib/sqs-subscriber",
            ])
    }

    @Test func `the control socket is known whatever is wrong with all else`() throws {
        let tree = try ConfigurationTree()
        func socket(_ environment: [String: String] = [:]) -> String? {
            ConfigurationLoader(onlyDirectory: tree.path("etc"), environment: environment)
                .controlSocket()
        }
        #expect(socket() == nil)
        try tree.write(
            "etc/sqs-subscriber.toml", "control_socket = \"/a/socket\"\nslots = 0\nnone = 1")
        try tree.write("etc/handlers.d/orders.toml", "not TOML at all [")
        #expect(tree.errors().count >= 3)
        #expect(socket() == "/a/socket")
        #expect(socket(["SQS_SUBSCRIBER_CONTROL_SOCKET": "/b/socket"]) == "/b/socket")
        try tree.write("etc/sqs-subscriber.toml.d/10.toml", "control_socket = \"/c/socket\"")
        try tree.write("etc/sqs-subscriber.toml.d/20.toml", "slots = ")
        #expect(socket() == "/c/socket")
        try tree.write("etc/sqs-subscriber.toml.d/10.toml", "control_socket = \"relative\"")
        #expect(socket() == "/a/socket")
        try tree.write("etc/sqs-subscriber.toml", "control_socket = \"relative\"")
        #expect(socket() == nil)
    }
}
