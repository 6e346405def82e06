internal import MessageHandling

/// What marks a message as one that a schedule sent: the message attributes that the Elastic
/// Beanstalk worker daemon gives those of `cron.yaml`.
package enum PeriodicTask {
    /// Attributes of this prefix are for the daemon, and not passed on as attributes.
    package static let prefix = "beanstalk.sqsd."
    /// The task's name.
    package static let name = prefix + "task_name"
    /// When it was due, ISO 8601 in UTC.
    package static let scheduledTime = prefix + "scheduled_time"
    /// Where the worker daemon posts it.
    package static let path = prefix + "path"

    static func text(_ name: String, of message: Message) -> String? {
        message.attributes[name]?.text
    }
}
