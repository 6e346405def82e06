import Settings
import SubscriberConfiguration
import Testing

/// Errors that concern several files, or none.
@Suite struct ErrorTests {
    @Test(.timeLimit(.minutes(1)))
    func `a file with nothing but errors is told soon, and not to the end`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        let keys = (0..<30_000).map { "k\($0)=1\n" }.joined()
        try tree.write("etc/sqs-subscriber.toml", keys)
        let errors = tree.errors()
        #expect(errors.count == 1_001)
        #expect(errors[0].hasPrefix("etc/sqs-subscriber.toml:1: k0: unknown key"))
        #expect(
            errors.last
                == "etc/sqs-subscriber.toml: has more errors than the 1000 told here")
        try tree.write("etc/sqs-subscriber.toml", "")
        try tree.write(
            "etc/handlers.d/orders.toml", "queue = \"a\"\n[journal]\n[match.body]\n\(keys)")
        #expect(tree.errors().count == 1_001)
    }

    private static let handler = "etc/handlers.d/orders.toml"
    private static let main = "etc/sqs-subscriber.toml"

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
