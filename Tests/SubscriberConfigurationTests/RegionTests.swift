import AWS
import Settings
import SubscriberConfiguration
import Testing

/// One daemon serves one region: which one, and what contradicts it.
@Suite struct RegionTests {
    private static let east = "arn:aws:sqs:us-east-1:123456789012:orders"
    private static let west = "arn:aws:sqs:eu-west-1:123456789012:orders"

    @Test func `the region of a queue wins over the variables of the AWS tools`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("a", queue: Self.east)
        let configuration = try tree.load(environment: ["AWS_REGION": "eu-west-1"])
        #expect(configuration.aws.region == "us-east-1")
    }

    @Test func `queues of two regions are an error in the second file`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("a", queue: Self.east)
        try tree.handler("b", queue: Self.west)
        let errors = tree.errors()
        #expect(errors.count == 1)
        #expect(errors[0].contains("/handlers.d/"))
        #expect(errors[0].contains("us-east-1") && errors[0].contains("eu-west-1"))
    }

    @Test func `a region that is set has to be that of the queues`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("a", queue: Self.east)
        try tree.write("etc/sqs-subscriber.toml", "[aws]\nregion = \"eu-central-1\"\n")
        #expect(
            tree.errors() == [
                "etc/sqs-subscriber.toml:2: aws.region: names the region eu-central-1, and "
                    + "\(Self.east) is in us-east-1; one daemon serves one region: give the others "
                    + "a daemon of their own (--config)"
            ])
    }

    @Test func `a dead-letter queue of another region is an error`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("a", queue: Self.east)
        try tree.write(
            "etc/sqs-subscriber.toml",
            "[queues.orders]\ndead_letter_queue = "
                + "\"arn:aws:sqs:eu-west-1:123456789012:dead\"\n")
        #expect(tree.errors().count == 1)
    }

    @Test func `a URL of another host has no region to contradict`() throws {
        let tree = try ConfigurationTree()
        try tree.handler("a", queue: "http://127.0.0.1:9324/000000000000/orders")
        let configuration = try tree.load(environment: ["AWS_REGION": "eu-west-1"])
        #expect(configuration.aws.region == "eu-west-1")
    }
}
