import Settings
import SubscriberConfiguration
import Testing

@Suite struct QueueReferenceTests {
    struct Reading: CustomTestStringConvertible, Sendable {
        let text: String
        let name: String
        let account: String?
        let region: String?

        init(_ text: String, _ name: String, account: String? = nil, region: String? = nil) {
            self.text = text
            self.name = name
            self.account = account
            self.region = region
        }

        var testDescription: String { text }
    }

    private static let account = "123456789012"
    private static let longest = String(repeating: "q", count: 80)

    @Test(arguments: [
        Reading("orders", "orders"),
        Reading("Orders_2-x", "Orders_2-x"),
        Reading("orders.fifo", "orders.fifo"),
        Reading(longest, longest),
        Reading(
            "arn:aws:sqs:eu-west-1:123456789012:orders.fifo", "orders.fifo", account: account,
            region: "eu-west-1"),
        Reading(
            "arn:aws-cn:sqs:cn-north-1:123456789012:orders", "orders", account: account,
            region: "cn-north-1"),
        Reading(
            "https://sqs.eu-west-1.amazonaws.com/123456789012/orders", "orders", account: account,
            region: "eu-west-1"),
        Reading(
            "https://sqs-fips.us-east-1.amazonaws.com/123456789012/orders", "orders",
            account: account, region: "us-east-1"),
        Reading(
            "https://sqs.eu-west-1.api.aws/123456789012/orders", "orders", account: account,
            region: "eu-west-1"),
        Reading(
            "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/orders", "orders",
            account: account, region: "cn-north-1"),
        Reading(
            "https://eu-west-1.queue.amazonaws.com/123456789012/orders", "orders",
            account: account, region: "eu-west-1"),
        Reading(
            "https://queue.amazonaws.com/123456789012/orders", "orders", account: account,
            region: "us-east-1"),
        Reading(
            "https://vpce-0a-1b.sqs.eu-west-1.vpce.amazonaws.com/123456789012/orders", "orders",
            account: account, region: "eu-west-1"),
        Reading("http://127.0.0.1:9324/queue/orders", "orders"),
        Reading("http://localhost:9324/000000000000/orders", "orders", account: "000000000000"),
    ])
    func `name, account and region are read from what was written`(expected: Reading) throws {
        let queue = try QueueReference(expected.text)
        #expect(queue.name == expected.name)
        #expect(queue.accountID == expected.account)
        #expect(queue.region == expected.region)
        #expect(queue.isFIFO == expected.name.hasSuffix(".fifo"))
        #expect((queue.url != nil) == expected.text.contains("://"))
        #expect((queue.arn != nil) == expected.text.hasPrefix("arn:"))
    }

    @Test(arguments: [
        "", "my queue", "orders.", "orders.FIFO", ".fifo", "ordérs", longest + "q",
        String(repeating: "q", count: 76) + ".fifo", "arn:aws:sqs:eu-west-1:123:orders",
        "arn:aws:sns:eu-west-1:123456789012:orders", "arn:aws:sqs::123456789012:orders",
        "https://sqs.eu-west-1.amazonaws.com/", "https:///orders", "ftp://host/1/orders",
        "https://user:secret@host/1/orders", "https://host/1/orders?x=1", "https://host/1/orders#x",
        "https://host:99999999/1/orders/", "https://host/1/my queue",
    ])
    func `what names no queue is refused`(text: String) {
        #expect(throws: QueueReference.ParseError.self) { try QueueReference(text) }
    }

    @Test(
        arguments: [
            ("orders", "orders", nil, true),
            ("orders", "bills", nil, false),
            ("orders", "arn:aws:sqs:eu-west-1:123456789012:orders", nil, true),
            ("orders", "arn:aws:sqs:eu-west-1:123456789012:orders", "eu-west-1", true),
            ("orders", "arn:aws:sqs:eu-west-1:123456789012:orders", "us-east-1", false),
            ("orders", "http://127.0.0.1:9324/000000000000/orders", "eu-west-1", true),
            (
                "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
                "arn:aws:sqs:eu-west-1:123456789012:orders", nil, true
            ),
            (
                "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
                "arn:aws:sqs:eu-west-2:123456789012:orders", nil, false
            ),
            (
                "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
                "arn:aws:sqs:eu-west-1:999999999999:orders", nil, false
            ),
            ("http://one.test/q/orders", "http://two.test/q/orders", nil, false),
        ] as [(String, String, String?, Bool)])
    func `two references are the same queue unless they contradict each other`(
        one: String, other: String, region: String?, expected: Bool
    ) throws {
        let (first, second) = (try QueueReference(one), try QueueReference(other))
        #expect(first.mayBe(second, region: region) == expected)
        #expect(second.mayBe(first, region: region) == expected)
    }
}
