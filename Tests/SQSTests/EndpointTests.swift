import SQS
import Testing

@Suite
struct EndpointTests {
    private static let targets: [(SQSEndpoint, String?, String)] = [
        // A server behind a port mapping: its URLs name another host than the one that is reached.
        (
            .configured("http://127.0.0.1:9324"), "http://queue.internal:5000/1/orders",
            "http://127.0.0.1:9324/"
        ),
        (.configured("http://127.0.0.1:9324/sqs"), queueURL, "http://127.0.0.1:9324/sqs"),
        (.configured("http://127.0.0.1:9324"), nil, "http://127.0.0.1:9324/"),
        (
            .regional("https://sqs.eu-west-1.amazonaws.com"), nil,
            "https://sqs.eu-west-1.amazonaws.com/"
        ),
        // A VPC endpoint, or another region, named by the queue's URL.
        (
            .regional("https://sqs.eu-west-1.amazonaws.com"),
            "https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com/1/orders?x#y",
            "https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com/"
        ),
        (.regional("https://a.test/"), "HTTP://b.test:80/1/q", "HTTP://b.test:80/"),
        (.regional("https://a.test/"), "http://[::1]:9324/1/q", "http://[::1]:9324/"),
    ]

    @Test(arguments: targets)
    func `a configured endpoint gets everything, otherwise the queue's own host`(
        endpoint: SQSEndpoint, queueURL: String?, url: String
    ) throws {
        #expect(try endpoint.url(forQueue: queueURL) == url)
    }

    @Test(arguments: [
        "", "orders", "ftp://a.test/q", "https://", "https:///q", "https://user@a.test/q",
        "https://a b/q", "https://a\n.test/q", "//a.test/q", "https://ä.test/q",
    ])
    func `what is not the URL of a queue is refused`(queueURL: String) {
        let error = #expect(throws: SQSError.self) {
            try SQSEndpoint.regional("https://a.test").url(forQueue: queueURL)
        }
        #expect(error?.kind == .malformed)
    }

    @Test func `a configured endpoint that is no URL is refused`() {
        #expect(throws: SQSError.self) {
            try SQSEndpoint.configured("localhost:9324").url(forQueue: nil)
        }
    }
}
