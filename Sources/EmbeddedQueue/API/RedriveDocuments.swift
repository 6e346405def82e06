import JSON

/// The JSON of a `RedrivePolicy`.
enum RedriveDocument {
    /// Reads a policy; an empty text removes it.
    static func policy(_ document: String) throws(StoreError) -> RedrivePolicy? {
        guard !document.isEmpty else { return nil }
        func refused(_ reason: String) -> StoreError {
            .value(document, of: "RedrivePolicy", reason)
        }
        let mandatory = "Redrive policy does not contain mandatory attribute:"
        let target: String?
        let maximum: Int?
        do {
            let policy = Parameter(
                request: try JSONValue(parsing: Array(document.utf8), takesHalves: false))
            target = try policy["deadLetterTargetArn"]?.text()
            maximum = try policy["maxReceiveCount"].map(count)
        } catch {
            throw refused("Redrive policy is not a valid JSON map.")
        }
        guard let target else { throw refused("\(mandatory) deadLetterTargetArn.") }
        guard let maximum else { throw refused("\(mandatory) maxReceiveCount.") }
        guard QueueARN(target) != nil else {
            throw refused("Invalid value for deadLetterTargetArn.")
        }
        return RedrivePolicy(
            deadLetterTargetARN: target, maxReceiveCount: maximum, document: document)
    }

    /// A number, or, as the examples of some SDKs have it, a number in quotes. No count at all is
    /// refused like one out of range.
    private static func count(_ parameter: Parameter) throws(StoreError) -> Int {
        if let count = try? parameter.integer() { return count }
        return Int(try parameter.text()) ?? 0
    }
}

/// The JSON of a `RedriveAllowPolicy`.
enum RedriveAllowDocument {
    /// The number of source queues that the service takes.
    private static let maximumSources = 10

    /// Reads a policy; an empty text removes it.
    static func policy(_ document: String) throws(StoreError) -> RedriveAllowPolicy? {
        guard !document.isEmpty else { return nil }
        guard let permission = try? permission(document) else {
            throw .value(
                document, of: "RedriveAllowPolicy",
                """
                It must be a JSON map whose redrivePermission is allowAll, denyAll, or byQueue \
                with 1 to \(maximumSources) sourceQueueArns.
                """)
        }
        return RedriveAllowPolicy(permission: permission, document: document)
    }

    private static func permission(_ document: String) throws -> RedriveAllowPolicy.Permission? {
        let policy = Parameter(
            request: try JSONValue(parsing: Array(document.utf8), takesHalves: false))
        let sources = try policy["sourceQueueArns"]?.texts() ?? []
        return switch try policy["redrivePermission"]?.text() {
        case "allowAll" where sources.isEmpty: .allowAll
        case "denyAll" where sources.isEmpty: .denyAll
        case "byQueue" where (1...maximumSources).contains(sources.count):
            .byQueue(sourceARNs: Set(sources))
        default: nil
        }
    }
}
