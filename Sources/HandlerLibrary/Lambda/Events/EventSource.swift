internal import AWS
package import MessageHandling

/// Where a function's messages come from, in the terms of AWS: what its events and its environment
/// say of the queue, and the ARN that the function has beside it.
package struct EventSource: Equatable {
    package let queueARN: String
    package let region: String
    private let partition: String
    private let account: String

    /// What a queue without ARN belongs to: the made-up account of local SQS servers.
    private static let unknownAccount = "000000000000"

    /// - Parameter defaultRegion: of a queue whose ARN and URL do not say it.
    package init(_ queue: Queue, defaultRegion: String) {
        region = Region.named(byQueue: queue.arn ?? queue.url) ?? defaultRegion
        let parts = queue.arn?.split(separator: ":", omittingEmptySubsequences: false) ?? []
        if let arn = queue.arn, parts.count == 6 {
            queueARN = arn
            partition = String(parts[1])
            account = String(parts[4])
        } else {
            partition = "aws"
            account = Self.account(ofURL: queue.url) ?? Self.unknownAccount
            queueARN = "arn:aws:sqs:\(region):\(account):\(queue.name)"
        }
    }

    /// `Lambda-Runtime-Invoked-Function-Arn`: as if the function lived beside the queue.
    package func functionARN(_ name: String) -> String {
        "arn:\(partition):lambda:\(region):\(account):function:\(name)"
    }

    /// `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`.
    private static func account(ofURL url: String) -> String? {
        guard let account = url.split(separator: "/").dropLast().last,
            account.utf8.count == 12, account.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return String(account)
    }
}
