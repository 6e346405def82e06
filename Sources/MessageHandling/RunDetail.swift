internal import Synchronization

/// What is known of a run besides its outcome: for the line that tells how it ended.
package struct RunDetail: Sendable, Equatable {
    /// How the run ended, as a clause without a subject: `exit status 1`, `the endpoint answered
    /// 500`. Nil where the outcome says all.
    package var ending: String?
    /// The last of what the handler said of itself: a program's output, an endpoint's answer. At
    /// most ``outputMaximum`` bytes, as text; nil where it said nothing.
    package var output: String?
    /// Fields of the entry about the end, by the names that log metadata has: `exit_status`,
    /// `request_id`.
    package var fields: [String: String]

    /// What is kept of the output, in bytes: enough for the end of a stack trace, little enough to
    /// be held for each run and to fit a line of the journal.
    package static let outputMaximum = 4 * 1024

    package init(ending: String? = nil, output: String? = nil, fields: [String: String] = [:]) {
        self.ending = ending
        self.output = output
        self.fields = fields
    }
}

/// Where a handler puts what it knows of a run while it runs. What is put last counts.
package final class RunNotes: Sendable {
    private let state = Mutex(RunDetail())

    package init() {}

    package var detail: RunDetail { state.withLock { $0 } }

    package func change(_ change: @Sendable (inout RunDetail) -> Void) {
        state.withLock { change(&$0) }
    }
}
