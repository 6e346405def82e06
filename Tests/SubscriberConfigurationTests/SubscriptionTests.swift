import AWS
import Settings
import SubscriberConfiguration
import SubscriberEngine
import Testing

@Suite struct SubscriptionTests {
    private static let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"
    private static let arn = "arn:aws:sqs:eu-west-1:123456789012:orders"
    private static let otherURL = "https://sqs.eu-west-1.amazonaws.com/999999999999/orders"

    @Test func `handlers of one queue share a subscription, with the settings of the queue`() throws
    {
        let tree = try ConfigurationTree()
        try tree.handler("b", queue: "orders")
        try tree.handler("a", queue: "orders")
        try tree.handler("c", queue: "bills")
        try tree.write(
            "etc/sqs-subscriber.toml",
            """
            [queues.orders]
            visibility_timeout = "2min"
            weight = 5
            unmatched = "reject"
            dead_letter_queue = "orders-dead"
            pollers = 2
            """)
        let subscriptions = try tree.load().subscriptions
        #expect(subscriptions.map(\.queue.name) == ["bills", "orders"])
        let orders = try #require(subscriptions.last)
        #expect(orders.handlers.map(\.name) == ["a", "b"])
        #expect(orders.visibilityTimeout == .seconds(120))
        #expect(orders.weight == 5)
        #expect(orders.unmatched == .reject)
        #expect(orders.deadLetterQueue?.name == "orders-dead")
        #expect(orders.maximumPollers == 2)
        #expect(subscriptions.first?.weight == 1)
    }

    @Test func `URL and ARN of one queue are the same queue`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("a", queue: Self.arn)
        try tree.handler("b", queue: Self.url)
        let configuration = try tree.load()
        #expect(configuration.subscriptions.count == 1)
        #expect(configuration.subscriptions.first?.queue.url == Self.url)
        #expect(configuration.subscriptions.first?.handlers.map(\.name) == ["a", "b"])
    }

    @Test func `a bare name is taken for the queue of that name, with a warning`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("a", queue: "orders")
        try tree.handler("b", queue: Self.url)
        let configuration = try tree.load()
        #expect(configuration.subscriptions.map(\.queue.text) == [Self.url])
        let warning = try #require(configuration.warnings.first)
        #expect(
            tree.relative(warning.description)
                == "etc/handlers.d/a.toml:1: the queue \"orders\" is taken to be \"\(Self.url)\"; "
                + "write the same in both files")
    }

    @Test func `a bare name in another region is another queue, and one region too many`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("a", queue: "orders")
        try tree.handler("b", queue: Self.url)
        let errors = tree.errors(environment: ["AWS_REGION": "us-east-1"])
        #expect(errors.count == 1)
        #expect(errors[0].contains("one daemon serves one region"))
    }

    @Test func `a bare name that may be either of two queues is an error`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("a", queue: "orders")
        try tree.handler("b", queue: Self.url)
        try tree.handler("c", queue: Self.otherURL)
        #expect(
            tree.errors() == [
                "etc/handlers.d/a.toml:1: queue: \"orders\" may be any of \"\(Self.url)\", "
                    + "\"\(Self.otherURL)\"; write its URL"
            ])
        try tree.handler("a", queue: Self.arn)
        #expect(try tree.load().subscriptions.count == 2)
    }

    @Test func `settings of a queue are found by its name, URL or ARN`() throws {
        for name in ["orders", Self.url, Self.arn] {
            let tree = try ConfigurationTree()
            try tree.handler("a", queue: Self.url)
            try tree.write("etc/sqs-subscriber.toml", "[queues.\"\(name)\"]\nweight = 9")
            #expect(try tree.load().subscriptions.first?.weight == 9)
        }
    }

    @Test func `two tables about one queue are an error`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("a", queue: Self.url)
        try tree.write(
            "etc/sqs-subscriber.toml", "[queues.orders]\nweight = 9\n[queues.\"\(Self.url)\"]")
        #expect(
            tree.errors() == [
                "etc/sqs-subscriber.toml:1: queues.orders: [queues.\"\(Self.url)\"] is about the "
                    + "same queue"
            ])
    }

    @Test func `settings of a queue without a handler are warned about`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        try tree.write("etc/sqs-subscriber.toml", "\n[queues.bills]\nweight = 9")
        #expect(
            try tree.load().warnings.map { tree.relative($0.description) } == [
                "etc/sqs-subscriber.toml:2: [queues.bills] is not used: no handler is for it"
            ])
    }

    @Test func `drop-ins without a file to lay them over are warned about`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("orders")
        try tree.write("run/handlers.d/bills.toml.d/1.toml", "concurrency = 1")
        #expect(
            try tree.load().warnings.map { tree.relative($0.description) } == [
                "run/handlers.d/bills.toml.d: not used: there is no bills.toml to lay it over"
            ])
    }
}
