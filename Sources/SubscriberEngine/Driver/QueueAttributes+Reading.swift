import JSON
internal import SQS

extension QueueAttributes {
    /// What GetQueueAttributes is asked for.
    package static let names = [visibilityTimeoutName, redrivePolicyName]
    private static let visibilityTimeoutName = "VisibilityTimeout"
    private static let redrivePolicyName = "RedrivePolicy"

    /// - Parameter values: as GetQueueAttributes answered them. Nil without a visibility timeout;
    ///   a redrive policy that cannot be read counts as none.
    package init?(_ values: [String: String]) {
        guard let seconds = values[Self.visibilityTimeoutName].flatMap({ Int64($0) }),
            0...43_200 ~= seconds
        else { return nil }
        self.init(
            visibilityTimeout: .seconds(seconds),
            maximumReceives: values[Self.redrivePolicyName].flatMap(Self.maximumReceives))
    }

    /// `{"deadLetterTargetArn": "…", "maxReceiveCount": 5}`, the number as a string in some.
    private static func maximumReceives(_ policy: String) -> Int? {
        let count = (try? JSONValue(parsing: policy))?["maxReceiveCount"]
        return count?.asInteger ?? count?.asText.flatMap { Int($0) }
    }
}
