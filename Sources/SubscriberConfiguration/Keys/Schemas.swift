import AWS
import HandlerLibrary
package import Settings
import SubscriberEngine

extension Schema {
    /// `sqs-subscriber.toml`: what concerns the daemon and its queues.
    package static let main = Schema(
        [
            DaemonSettings.table.schema, AWSSettings.table.schema, LogSettings.table.schema,
            MetricsSettings.table.schema, WebSettings.table.schema, QueueOptions.table.schema,
        ], variablePrefix: ConfigurationLoader.variablePrefix)

    /// `handlers.d/NAME.toml`: one handler.
    package static let handler = Schema(
        [CommonSettings.table.schema] + HandlerKinds.all.map { $0.schema } + [
            RetryKeys.table.schema, HandlerLimits.table.schema, SoleTaskKeys.table.schema,
            TaskKeys.table.schema,
        ])
}
