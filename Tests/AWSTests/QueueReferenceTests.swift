import AWS
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

    /// Each partition with one of its regions and the ends of its hosts' names.
    @Test(arguments: [
        ("aws", "eu-west-1", "amazonaws.com", "api.aws"),
        ("aws-cn", "cn-north-1", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
        ("aws-us-gov", "us-gov-west-1", "amazonaws.com", "api.aws"),
        ("aws-iso", "us-iso-east-1", "c2s.ic.gov", "api.aws.ic.gov"),
        ("aws-iso-b", "us-isob-east-1", "sc2s.sgov.gov", "api.aws.scloud"),
        ("aws-iso-e", "eu-isoe-west-1", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
        ("aws-iso-f", "us-isof-south-1", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
        ("aws-eusc", "eusc-de-east-1", "amazonaws.eu", "api.amazonwebservices.eu"),
    ])
    func `every form of a queue's host and its ARN name region and partition`(
        partition: String, region: String, suffix: String, dualStackSuffix: String
    ) throws {
        let hosts = [
            "sqs.\(region).\(suffix)", "sqs-fips.\(region).\(suffix)",
            "sqs.\(region).\(dualStackSuffix)", "sqs-fips.\(region).\(dualStackSuffix)",
            "\(region).queue.\(suffix)", "vpce-0a-1b.sqs.\(region).vpce.\(suffix)",
            "vpce-0a-1b-\(region)a.sqs.\(region).vpce.\(suffix)",
            "SQS.\(region.uppercased()).\(suffix.uppercased())",
        ]
        for host in hosts {
            let queue = try QueueReference("https://\(host)/123456789012/orders")
            #expect(queue.region == region, "\(host)")
            #expect(queue.partition == partition, "\(host)")
        }
        let queue = try QueueReference("arn:\(partition):sqs:\(region):123456789012:orders")
        #expect(queue.region == region)
        #expect(queue.partition == partition)
        let url = try QueueReference("https://\(hosts[0])/123456789012/orders")
        #expect(url.mayBe(queue, region: nil))
        let other = try QueueReference("arn:aws:sqs:eu-west-2:123456789012:orders")
        #expect(!url.mayBe(other, region: nil))
    }

    @Test(arguments: [
        "https://sqs.eu-west-1.amazonaws.com.evil.example/1/q", "https://sqs.amazonaws.com/1/q",
        "https://s3.eu-west-1.amazonaws.com/1/q", "https://sqs.eu-west-1.example.com/1/q",
        "https://amazonaws.com/1/q", "https://xamazonaws.com/1/q",
        "https://queue.amazonaws.com.cn/1/q", "https://sqs.-.amazonaws.com/1/q",
        "http://127.0.0.1:9324/1/q", "orders",
    ])
    func `what is not of AWS, or says no region, has none`(text: String) throws {
        let queue = try QueueReference(text)
        #expect(queue.region == nil)
        #expect(queue.partition == nil)
    }

    @Test(arguments: [
        "", "my queue", "orders.", "orders.FIFO", ".fifo", "ordérs", longest + "q",
        String(repeating: "q", count: 76) + ".fifo", "arn:aws:sqs:eu-west-1:123:orders",
        "arn:aws:sns:eu-west-1:123456789012:orders", "arn:aws:sqs::123456789012:orders",
        "arn:aws:sqs:eu west 1:123456789012:orders",
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
