import FoundationEssentials

/// The JSON of a `RedrivePolicy`.
struct RedriveDocument: Decodable {
    let deadLetterTargetArn: String?
    let maxReceiveCount: Count?

    /// A number, or, as the examples of some SDKs have it, a number in quotes.
    struct Count: Decodable {
        let value: Int

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let value = try? container.decode(Int.self) {
                self.value = value
            } else {
                // No count at all is refused like one out of range.
                value = Int(try container.decode(String.self)) ?? 0
            }
        }
    }

    /// Reads a policy; an empty text removes it.
    static func policy(_ document: String) throws(StoreError) -> RedrivePolicy? {
        guard !document.isEmpty else { return nil }
        func refused(_ reason: String) -> StoreError {
            .value(document, of: "RedrivePolicy", reason)
        }
        let mandatory = "Redrive policy does not contain mandatory attribute:"
        guard let policy = try? JSONDecoder().decode(Self.self, from: Data(document.utf8)) else {
            throw refused("Redrive policy is not a valid JSON map.")
        }
        guard let arn = policy.deadLetterTargetArn else {
            throw refused("\(mandatory) deadLetterTargetArn.")
        }
        guard let count = policy.maxReceiveCount else {
            throw refused("\(mandatory) maxReceiveCount.")
        }
        guard arn.split(separator: ":", omittingEmptySubsequences: false).count == 6 else {
            throw refused("Invalid value for deadLetterTargetArn.")
        }
        return RedrivePolicy(
            deadLetterTargetARN: arn, maxReceiveCount: count.value, document: document)
    }
}

/// The JSON of a `RedriveAllowPolicy`.
struct RedriveAllowDocument: Decodable {
    let redrivePermission: String?
    let sourceQueueArns: [String]?

    /// The number of source queues that the service takes.
    private static let maximumSources = 10

    /// Reads a policy; an empty text removes it.
    static func policy(_ document: String) throws(StoreError) -> RedriveAllowPolicy? {
        guard !document.isEmpty else { return nil }
        let policy = try? JSONDecoder().decode(Self.self, from: Data(document.utf8))
        let sources = policy?.sourceQueueArns ?? []
        let permission: RedriveAllowPolicy.Permission? =
            switch policy?.redrivePermission {
            case "allowAll" where sources.isEmpty: .allowAll
            case "denyAll" where sources.isEmpty: .denyAll
            case "byQueue" where (1...maximumSources).contains(sources.count):
                .byQueue(sourceARNs: sources)
            default: nil
            }
        guard let permission else {
            throw .value(
                document, of: "RedriveAllowPolicy",
                """
                It must be a JSON map whose redrivePermission is allowAll, denyAll, or byQueue \
                with 1 to \(maximumSources) sourceQueueArns.
                """)
        }
        return RedriveAllowPolicy(permission: permission, document: document)
    }
}
