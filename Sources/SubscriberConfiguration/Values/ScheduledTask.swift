package import Schedules

/// A periodic task: a message that is sent to a handler's queue at its times.
package struct ScheduledTask: Sendable, Equatable {
    static let missedPolicies = Schedule.CatchUp.allCases.map(\.rawValue)

    /// Unique in its handler; letters, digits, `_` and `-`.
    package let name: String
    package let schedule: Schedule
    package let body: String
    /// The path that an HTTP handler may post it to.
    package let path: String?

    package init(name: String, schedule: Schedule, body: String, path: String?) {
        self.name = name
        self.schedule = schedule
        self.body = body
        self.path = path
    }
}
