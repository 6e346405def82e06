package import Calendar

/// A periodic task: a message that is sent to a handler's queue at its times.
package struct ScheduledTask: Sendable, Equatable {
    /// What the worker daemon of Elastic Beanstalk (aws-sqsd) sends for the tasks of `cron.yaml`.
    package static let standardBody = "elasticbeanstalk scheduled job"

    /// Unique in its handler; letters, digits, `_` and `-`.
    package let name: String
    package let schedule: Schedule
    /// The expression and the time zone, as written: a task with others begins anew.
    package let times: String
    package let body: String
    /// The path that an HTTP handler may post it to.
    package let path: String?

    package init(
        name: String, schedule: Schedule, times: String, body: String = standardBody,
        path: String? = nil
    ) {
        self.name = name
        self.schedule = schedule
        self.times = times
        self.body = body
        self.path = path
    }
}
