import FoundationEssentials
import HandlerLibrary
import Settings
import SubscriberConfiguration
import Testing

struct HTTPSettingsTests {
    private func http(_ text: String) throws -> HTTPSettings {
        let tree = try ConfigurationTree()
        try tree.write("etc/handlers.d/orders.toml", "queue = \"orders\"\n" + text)
        return try #require(try tree.load().handlers["orders"]?.kind.settings as? HTTPSettings)
    }

    @Test func `the default of connections is never less than concurrency`() throws {
        let url = "[http]\nurl = \"http://h/\""
        #expect(try http(url).connections == 50)
        #expect(try http("concurrency = 80\n" + url).connections == 80)
        #expect(try http("concurrency = 80\n" + url + "\nconnections = 90").connections == 90)
    }

    @Test func `headers are read, and shown without what is secret`() throws {
        let table = """
            [http]
            url = "http://h/"
            [http.headers]
            Authorization = "Bearer hunter2"
            X-Team = "a b"
            """
        #expect(
            try http(table).headers == ["Authorization": "Bearer hunter2", "X-Team": "a b"])
        let tree = try ConfigurationTree()
        try tree.write("etc/handlers.d/orders.toml", "queue = \"orders\"\n" + table)
        let shown = ConfigurationText.render(try tree.load())
        #expect(shown.contains("Authorization = \"[redacted]\""))
        #expect(shown.contains("X-Team = \"a b\""))
        #expect(!shown.contains("hunter2"))
    }

    @Test(arguments: [
        ("\"a b\"", "x", "is not the name of a header"), ("\"\"", "x", "is not the name"),
        ("X-Aws-Sqsd-Msgid", "x", "is of the message"),
        ("x-aws-sqsd-attr-a", "x", "is of the message"),
        ("Traceparent", "x", "is of the message"), ("x-amzn-trace-id", "x", "is of the message"),
        ("Content-Length", "x", "is of the connection"), ("HOST", "x", "is of the connection"),
        ("Transfer-Encoding", "x", "is of the connection"), ("TE", "x", "is of the connection"),
        ("content-type", "x", "is set by http.content_type"),
        ("User-Agent", "x", "is set by http.user_agent"),
        ("X-Sqs-Subscriber-Signature", "x", "is set by http.signature_key_file"),
        ("X-Team", "hunter2\\n", "cannot have this value"),
        ("X-Team", "", "cannot have this value"), ("x-other", "x", "is the same header as"),
    ])
    func `a header that cannot be sent is refused, and its value not repeated`(
        name: String, value: String, problem: String
    ) throws {
        let tree = try ConfigurationTree()
        try tree.write(
            "etc/handlers.d/orders.toml",
            """
            queue = "orders"
            [http]
            url = "http://h/"
            [http.headers]
            X-Other = "y"
            \(name) = "\(value)"
            """)
        let errors = tree.errors()
        #expect(errors.count == 1)
        #expect(errors.first?.contains("http.headers.") == true)
        #expect(errors.first?.contains(problem) == true, "\(errors)")
        #expect(errors.first?.contains("hunter2") != true)
    }

    @Test func `the files that are named are looked into`() throws {
        let tree = try ConfigurationTree()
        let certificate = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
        let key = "-----BEGIN EC PRIVATE KEY-----\nAA==\n-----END EC PRIVATE KEY-----\n"
        for (name, text) in [("c", certificate), ("k", key), ("s", "secret\n")] {
            try tree.write("etc/" + name, text)
        }
        let folder = tree.path("etc")
        try tree.write(
            "etc/handlers.d/orders.toml",
            """
            queue = "orders"
            [http]
            url = "https://h/"
            ca_file = "\(folder)/c"
            client_certificate_file = "\(folder)/c"
            client_key_file = "\(folder)/k"
            signature_key_file = "\(folder)/s"
            """)
        let settings = try #require(
            try tree.load().handlers["orders"]?.kind.settings as? HTTPSettings)
        #expect(settings.certificateAuthorities == folder + "/c")
        #expect(settings.clientCertificate == folder + "/c")
        #expect(settings.clientKey == folder + "/k")
        #expect(settings.signatureKeyFile == folder + "/s")
    }

    @Test func `a key file that its handler would not read is told of by a check`() throws {
        let tree = try ConfigurationTree()
        let folder = tree.path("etc")
        try tree.write("etc/key", String(repeating: "k", count: 65_537))
        try tree.write(
            "etc/handlers.d/orders.toml",
            """
            queue = "orders"
            [http]
            url = "https://h/"
            signature_key_file = "\(folder)/key"
            """)
        #expect(tree.errors().count == 1)
        #expect(
            tree.errors().allSatisfy {
                $0.contains("http.signature_key_file") && $0.hasSuffix("is larger than 65536 bytes")
            })
    }
}
