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
            maximumReceives: QueueRedrivePolicy(values)?.maximumReceives)
    }
}
