internal import MessageHandling

/// What a driver works on at one moment, for who watches it.
package struct DriverWork: Sendable {
    /// A run of a handler that has not returned.
    package struct Run: Sendable {
        package let handler: String
        package let messageID: String
        package let since: Instant
    }

    /// A handler that messages from now on may go to.
    package struct Handler: Sendable {
        package let name: String
        package let concurrency: Int
    }

    package let handlers: [Handler]
    package let runs: [Run]
    /// When the oldest message in hand was sent, in milliseconds since 1970; nil where none is.
    package let oldestSent: Int64?
}

extension SubscriptionDriver {
    /// Looks at every message in hand: for who asks now and then.
    package func work() -> DriverWork {
        let running = runs.compactMap { key, run -> DriverWork.Run? in
            guard let content = contents[key.lease], let handler = content.table[key.handler] else {
                return nil
            }
            return DriverWork.Run(
                handler: handler.name, messageID: content.arrival.message.id, since: run.since)
        }
        return DriverWork(
            handlers: table.settings.map {
                DriverWork.Handler(name: $0.name, concurrency: $0.concurrency)
            },
            runs: running,
            oldestSent: contents.values.compactMap(\.arrival.message.sentTimestamp).min())
    }
}
