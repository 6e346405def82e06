import EventPatterns
import JSON
import Settings
import SubscriberConfiguration
import Testing

/// `[match]` and `fallback` of handler files.
@Suite struct PatternTests {
    private static let file = "etc/handlers.d/orders.toml"

    private func load(_ match: String) throws -> HandlerSettings {
        let tree = try ConfigurationTree()
        try tree.write(Self.file, "queue = \"orders\"\n\(match)\n[journal]")
        return try #require(try tree.load().subscriptions.first?.handlers.first)
    }

    @Test(arguments: patterns)
    func `tables, lists and values stand for those of JSON`(toml: String, json: String) throws {
        #expect(try load(toml).match?.source == JSONValue(parsing: json))
    }

    private static let patterns = [
        ("[match]\nbody = [\"hello\"]", #"{"body": ["hello"]}"#),
        (
            """
            [match.body]
            kind = ["created", { prefix = "up" }]
            price = [{ numeric = [">", 0, "<=", 99.5] }]
            """,
            """
            {"body": {"kind": ["created", {"prefix": "up"}],
                "price": [{"numeric": [">", 0, "<=", 99.5]}]}}
            """
        ),
        (
            "match.body.paid = [true]\nmatch.attributes.MessageGroupId = [\"eu\"]",
            #"{"body": {"paid": [true]}, "attributes": {"MessageGroupId": ["eu"]}}"#
        ),
        (
            "match = { messageAttributes = { tenant = { stringValue = [\"a\"] } } }",
            #"{"messageAttributes": {"tenant": {"stringValue": ["a"]}}}"#
        ),
        (
            "[[match.\"$or\"]]\nbody = [\"a\"]\n[[match.\"$or\"]]\nbody = [\"b\"]",
            #"{"$or": [{"body": ["a"]}, {"body": ["b"]}]}"#
        ),
        (
            "[match]\npattern = '''{\"body\": {\"id\": [null, 12345678901234567890]}}'''",
            #"{"body": {"id": [null, 12345678901234567890]}}"#
        ),
    ]

    @Test func `a handler without a pattern wants every message and is no fallback`() throws {
        let handler = try load("")
        #expect(handler.match == nil)
        #expect(!handler.isFallback)
        #expect(try load("fallback = true").isFallback)
    }

    @Test(arguments: mistakes)
    func `all mistakes of a pattern are told in one run, each with its line and key`(
        match: String, expected: [String]
    ) throws {
        let tree = try ConfigurationTree()
        try tree.write(Self.file, "queue = \"orders\"\n\(match)\n[journal]")
        let found = tree.errors()
        #expect(found.count == expected.count, "\(found)")
        for (error, start) in zip(found, expected) {
            #expect(error.hasPrefix("\(Self.file):\(start)"), "\(error)")
        }
    }

    private static let mistakes: [(String, [String])] = [
        ("match = \"x\"", ["2: match: a text is the wrong type; allowed: a table"]),
        ("[match]", ["2: match: is empty; allowed: body, messageAttributes, attributes"]),
        ("[match]\nBody = [\"x\"]", ["3: match.Body: a message has no such field; allowed: body"]),
        (
            """
            [match.body]
            kind = "a"
            price = [{ numeric = ["<", "5"] }, { cidr = "x" }]
            "a.b".c = [{ prefixx = "a" }]
            """,
            [
                "3: match.body.kind: a text is the wrong type; values stand in a list: [\"a\"]",
                "4: match.body.price: numeric: \"5\" after < is not a number",
                "4: match.body.price: cidr: \"x\" has to be an address",
                "5: match.body.\"a.b\".c: unknown rule \"prefixx\"",
            ]
        ),
        ("[match]\nbody = [1979-05-27]", ["3: match.body: "]),
        ("[match]\nbody = [inf]", ["3: match.body: inf is no number of JSON"]),
        (
            "[match]\nbody = [\"x\"]\npattern = '{\"body\": [\"x\"]}'",
            ["4: match.pattern: is the whole pattern in JSON; remove it, or the other keys"]
        ),
        ("[match]\npattern = 5", ["3: match.pattern: a number is the wrong type"]),
        (
            "[match]\npattern = '{\"body\": [\"x\"'",
            ["3: match.pattern: not valid JSON: expected , or ], but the text ends at byte 14"]
        ),
        ("[match]\npattern = '{\"body\": {}}'", ["2: match.body: an empty object is not allowed"]),
        (
            "fallback = \"yes\"\n[match]\nbody = []",
            [
                "2: fallback: a text is the wrong type; allowed: true or false",
                "4: match.body: an empty list matches nothing",
            ]
        ),
    ]

    @Test func `a file that is laid over replaces the pattern as a whole`() throws {
        let tree = try ConfigurationTree()
        try tree.write(Self.file, "queue = \"orders\"\n[match.body]\na = [1]\n[journal]")
        try tree.write("etc/handlers.d/orders.toml.d/1.toml", "[match.body]\nb = [2]")
        let match = try tree.load().subscriptions.first?.handlers.first?.match
        #expect(try match?.source == JSONValue(parsing: #"{"body": {"b": [2]}}"#))
    }

    @Test func `a fallback beside a handler that wants everything is warned of`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("all")
        try tree.write(Self.file, "queue = \"orders\"\nfallback = true\n[journal]")
        let warnings = try tree.load().warnings.map { tree.relative($0.description) }
        #expect(
            warnings == [
                "\(Self.file):2: this handler gets no message: the handler all of the same queue "
                    + "has no [match], so it wants every one"
            ])
        try tree.write(
            "etc/handlers.d/all.toml", "queue = \"orders\"\n[match]\nbody = [\"x\"]\n[journal]")
        #expect(try tree.load().warnings.isEmpty)
    }

    @Test func `a batch that the slots never fill is warned of`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("other")
        func warnings(_ main: String, batchSize: Int) throws -> [String] {
            try tree.write("etc/sqs-subscriber.toml", main)
            try tree.write(
                Self.file,
                "queue = \"q\"\n[lambda]\ncommand = [\"/f\"]\nbatch_size = \(batchSize)")
            return try tree.load().warnings.map { tree.relative($0.description) }
        }
        #expect(try warnings("", batchSize: 63).isEmpty)
        #expect(try warnings("slots = 101", batchSize: 100).isEmpty)
        #expect(
            try warnings("", batchSize: 64) == [
                "\(Self.file):4: lambda.batch_size: no batch will hold 64 messages, as slots "
                    + "allows 63 at once; raise slots, or lower it"
            ])
    }

    @Test(arguments: [
        (
            "[match.body]\n\"a b\" = [1, 2.5, true, { prefix = \"x\\\"\" }]",
            #"match = { body = { "a b" = [1, 2.5, true, { prefix = "x\"" }] } }  # "#
        ),
        (
            "[match]\npattern = '{\"body\": {\"a\": [null]}}'",
            #"match = { pattern = "{\"body\": {\"a\": [null]}}" }  # "#
        ),
    ])
    func `what config prints of a pattern reads back as the same`(
        toml: String, line: String
    ) throws {
        let tree = try ConfigurationTree()
        try tree.write(Self.file, "queue = \"orders\"\n\(toml)\n[journal]")
        let before = try tree.load()
        let printed = ConfigurationText.render(before).split(separator: "\n").first {
            $0.hasPrefix("match")
        }
        let text = tree.relative(String(try #require(printed)))
        #expect(text == line + "\(Self.file):2")
        try tree.write(Self.file, "queue = \"orders\"\n\(text)\n[journal]")
        #expect(try tree.load().subscriptions == before.subscriptions)
    }

    @Test(arguments: [
        ("[match.body]\nsize = [{numeric = [\">\", 1795978692000]}]", 3),
        (
            #"[match]"# + "\n"
                + #"pattern = '{"body": {"size": [{"numeric": [">", 1795978692000]}]}}'"#, 3
        ),
    ])
    func `what AWS would refuse of a pattern is warned of, and taken`(table: String, line: Int)
        throws
    {
        let tree = try ConfigurationTree()
        try tree.write("etc/handlers.d/a.toml", "queue = \"orders\"\n[journal]\n\(table)\n")
        let configuration = try tree.load()
        #expect(
            configuration.warnings.map { tree.relative($0.description) } == [
                "etc/handlers.d/a.toml:\(line): match: AWS would refuse the pattern, which is "
                    + "taken here: body.size: numeric: 1795978692000 is none of the numbers from "
                    + "-5e9 to 5e9 with up to six decimal places"
            ])
    }
}
