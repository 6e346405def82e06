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
        let parts = (queue.arn ?? "").split(separator: ":", omittingEmptySubsequences: false)
            .map { String($0) }
        if let arn = queue.arn, parts.count == 6 {
            // As the service says it, also where that is not Amazon's.
            queueARN = arn
            (partition, region, account) = (
                parts[1], Region.isValid(parts[3]) ? parts[3] : defaultRegion, parts[4]
            )
        } else {
            let reference = try? QueueReference(queue.url)
            region = reference?.region ?? defaultRegion
            partition = Partition.of(region: region).name
            account = reference?.accountID ?? Self.unknownAccount
            queueARN = "arn:\(partition):sqs:\(region):\(account):\(queue.name)"
        }
    }

    /// `Lambda-Runtime-Invoked-Function-Arn`: as if the function lived beside the queue.
    package func functionARN(_ name: String) -> String {
        "arn:\(partition):lambda:\(region):\(account):function:\(name)"
    }
}
