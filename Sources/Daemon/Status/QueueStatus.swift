package import SubscriberEngine

/// One queue at one moment, for the status line and the health check.
package struct QueueStatus: Sendable {
    package enum State: Sendable {
        /// Not found yet, and why not where it has been tried.
        case opening(OpeningTrouble?)
        case serving(DriverSnapshot)
        /// Somebody paused it, and nothing of it is in hand any more.
        case paused
    }

    var name: String
    let state: State
    /// Why the dead-letter queue of the configuration is not found; nil where it is.
    let deadLetterTrouble: OpeningTrouble?
    /// Whether somebody paused it. What is in hand may still run.
    package var isPaused = false

    package init(name: String, state: State, deadLetterTrouble: OpeningTrouble? = nil) {
        self.name = name
        self.state = state
        self.deadLetterTrouble = deadLetterTrouble
        if case .paused = state { isPaused = true }
    }

    var snapshot: SubscriptionSnapshot? {
        if case .serving(let snapshot) = state { snapshot.subscription } else { nil }
    }

    /// Receive requests that are out.
    var polls: Int {
        if case .serving(let snapshot) = state { snapshot.receives.count } else { 0 }
    }

    var isServed: Bool { snapshot != nil && !isPaused }
}

/// What has kept a queue from being served since its look-ups began to fail.
package struct OpeningTrouble: Sendable {
    /// Why the last attempt failed.
    let trouble: StartTrouble
    let since: Instant
    let failures: Int
    /// Nil while an attempt is under way.
    let nextAttempt: Instant?

    package init(
        _ trouble: StartTrouble, since: Instant, failures: Int, nextAttempt: Instant? = nil
    ) {
        self.trouble = trouble
        self.since = since
        self.failures = failures
        self.nextAttempt = nextAttempt
    }

    func waiting(until moment: Instant?) -> OpeningTrouble {
        OpeningTrouble(trouble, since: since, failures: failures, nextAttempt: moment)
    }
}
