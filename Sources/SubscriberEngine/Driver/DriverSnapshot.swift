/// The state of a driver at one moment, for the status line and the watchdog.
package struct DriverSnapshot: Sendable {
    package struct Receive: Sendable {
        package let outFor: Duration
        /// How long SQS was asked to wait; its request may take some seconds more.
        package let waitTime: Duration
    }

    package let subscription: SubscriptionSnapshot
    package let receives: [Receive]
    /// The time since the loop last came round. An idle one comes round with each receive.
    package let sinceLastTurn: Duration
    package let isFinished: Bool
}
