import Intake
import Settings
import SubscriberConfiguration
import Testing

/// `unwrap` of a queue.
@Suite struct UnwrapTests {
    private func tree(_ value: String) throws -> ConfigurationTree {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        try tree.write("etc/sqs-subscriber.toml", "[queues.orders]\nunwrap = \(value)")
        return tree
    }

    @Test(arguments: [
        ("[]", []), (#"["sns"]"#, [Envelope.sns]), (#"["sns", "gzip"]"#, [.sns, .gzip]),
        (#"["base64", "sns"]"#, [.base64, .sns]), (#"["s3", "gzip"]"#, [.s3, .gzip]),
    ])
    func `envelopes are kept in their order`(value: String, expected: [Envelope]) throws {
        #expect(try tree(value).load().subscriptions.map(\.unwrap) == [expected])
    }

    @Test(arguments: [
        (#""sns""#, "a text is the wrong type"), (#"["zip"]"#, #""zip" is not one of them"#),
        (#"["sns", "sns"]"#, #""sns" is there twice"#), ("[1]", "1 is not one of them"),
    ])
    func `what is no list of envelopes is refused`(value: String, reason: String) throws {
        let start =
            "etc/sqs-subscriber.toml:2: queues.orders.unwrap: \(reason); allowed: a list of "
        #expect(try tree(value).errors() == [start + #""sns", "base64", "gzip", "s3""#])
    }

    @Test(arguments: [("", 4 << 20), ("1MiB", 1 << 20), ("64MiB", 64 << 20)])
    func `what a compressed body may grow to can be set`(value: String, bytes: Int) throws {
        let line = value.isEmpty ? "" : "\nunwrap_limit = \"\(value)\""
        let set = try tree(#"["gzip"]"# + line).load()
        #expect(set.subscriptions.map(\.unwrapLimit) == [bytes])
    }

    @Test(arguments: ["1023KiB", "65MiB"])
    func `a limit that is out of range is refused`(value: String) throws {
        let errors = try tree("[\"gzip\"]\nunwrap_limit = \"\(value)\"").errors()
        #expect(errors.count == 1)
        #expect(
            errors.first?.hasPrefix("etc/sqs-subscriber.toml:3: queues.orders.unwrap_limit: ")
                == true)
        #expect(errors.first?.hasSuffix("from 1MiB to 64MiB, such as \"1MiB\"") == true)
    }

    @Test func `payloads in S3 are limited, and kept unless it is said otherwise`() throws {
        let plain = try #require(try tree(#"["s3"]"#).load().subscriptions.first)
        #expect(plain.payloadLimit == 16 << 20 && !plain.deletesPayload)
        let set = try tree("[\"s3\"]\npayload_limit = \"2MiB\"\ndelete_payload = true").load()
        #expect(set.subscriptions.map(\.payloadLimit) == [2 << 20])
        #expect(set.subscriptions.map(\.deletesPayload) == [true])
        #expect(set.warnings.isEmpty)
        let useless = try tree("[\"sns\"]\ndelete_payload = true").load()
        #expect(
            useless.warnings.map(\.problem) == [
                "queues.orders.delete_payload does nothing: queues.orders.unwrap has no \"s3\""
            ])
    }
}
