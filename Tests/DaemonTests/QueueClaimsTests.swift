import AWS
import Daemon
import MessageHandling
import SQS
import SubscriberConfiguration
import SubscriberEngine
import Testing

@Suite struct QueueClaimsTests {
    private final class Owner: Sendable {}

    private static let aws = SQSEndpoint.regional("https://sqs.eu-west-1.amazonaws.com")
    private static let local = SQSEndpoint.configured("http://127.0.0.1:9324")
    private static let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"
    private static let arn = "arn:aws:sqs:eu-west-1:123456789012:orders"

    private let claims = QueueClaims(endpoint: aws)
    private let queue = Queue(name: "orders", url: url, arn: arn)
    private let first = Owner()
    private let second = Owner()

    private func claim(_ name: String, _ owner: Owner, url: String = url) -> QueueClaims.Answer {
        claims.claim(Queue(name: "orders", url: url), as: name, for: ObjectIdentifier(owner))
    }

    @Test func `a queue has one owner, who is known by the name it uses last`() {
        #expect(claim("orders", first) == .granted([]))
        #expect(claim(Self.arn, second) == .taken(by: "orders"))
        #expect(claim(Self.url, first) == .granted([]))
        #expect(claim(Self.arn, second) == .taken(by: Self.url))
    }

    @Test func `an owner keeps its queue until it has ended`() {
        #expect(claim("orders", first) == .granted([]))
        #expect(claim(Self.url, second) == .taken(by: "orders"))
        claims.release(ObjectIdentifier(first), completions: [])
        #expect(claim(Self.url, second) == .granted([]))
        #expect(claim("orders", first) == .taken(by: Self.url))
    }

    @Test func `what an owner finished is known to the next one, and to none after it`() {
        let finished = [Completion(messageID: "1", handlers: ["a"], isDeletable: false)]
        _ = claim("orders", first)
        claims.release(ObjectIdentifier(first), completions: finished)
        #expect(claim(Self.url, second) == .granted(finished))
        #expect(claim(Self.url, second) == .granted([]))
        claims.release(ObjectIdentifier(second), completions: [])
        #expect(claim("orders", first) == .granted([]))
    }

    @Test(arguments: [
        (aws, "https://eu-west-1.queue.amazonaws.com/123456789012/orders", true),
        (
            aws, "https://vpce-1-a.sqs.eu-west-1.vpce.amazonaws.com/123456789012/orders",
            true
        ),
        (aws, "https://sqs.eu-west-2.amazonaws.com/123456789012/orders", false),
        (aws, "https://sqs.eu-west-1.amazonaws.com/210987654321/orders", false),
        (aws, "https://sqs.eu-west-1.amazonaws.com/123456789012/bills", false),
        (aws, "http://127.0.0.1:9324/123456789012/orders", false),
        // A configured endpoint is where every request goes, whatever host a URL names.
        (local, "http://localhost:4566/123456789012/orders", true),
        (local, "http://localhost:4566/123456789012/bills", false),
    ])
    func `a queue is the same under any host that leads to it`(
        endpoint: SQSEndpoint, other: String, isSame: Bool
    ) {
        #expect(
            (QueueIdentity(url: Self.url, endpoint: endpoint)
                == QueueIdentity(url: other, endpoint: endpoint)) == isSame)
    }

    @Test func `two servers of two ports have two queues of one path`() {
        let urls = [1, 2].map { "http://127.0.0.1:932\($0)/000000000000/orders" }
        #expect(claim("a", first, url: urls[0]) == .granted([]))
        #expect(claim("b", second, url: urls[1]) == .granted([]))
    }

    @Test(arguments: [
        (url, true), (arn, true), ("orders", false),
        ("https://eu-west-1.queue.amazonaws.com/123456789012/orders", true),
        ("arn:aws:sqs:eu-west-1:210987654321:orders", false),
        ("http://127.0.0.1:9324/123456789012/orders", false),
    ])
    func `a name that may be another account's queue is not taken for the one that is served`(
        text: String, isCertain: Bool
    ) throws {
        #expect(claims.isCertain(try QueueReference(text), toBe: queue) == isCertain)
    }

    @Test func `the ARN of AWS is not that of a queue of the same name on another server`() throws {
        let other = Queue(
            name: "orders", url: "http://127.0.0.1:1/123456789012/orders", arn: Self.arn)
        let reference = try QueueReference(Self.arn)
        #expect(!claims.isCertain(reference, toBe: other))
        #expect(QueueClaims(endpoint: Self.local).isCertain(reference, toBe: other))
    }
}
