package import SubscriberEngine

/// One queue at one moment, for the status line and the health check.
package struct QueueStatus: Sendable {
    package enum State: Sendable {
        /// Not found yet, and why not where it has been tried.
        case opening(StartTrouble?)
        case serving(DriverSnapshot)
    }

    let name: String
    let state: State

    package init(name: String, state: State) {
        self.name = name
        self.state = state
    }
}
