package import MessageHandling
package import Settings

/// A handler that the program registered.
package struct SwiftSettings: HandlerKind {
    /// The name it was registered with; nil = the name of the handler's file.
    package var handler: String?
    /// Nil = as long as SQS lets a message be held, 12 h.
    package var timeout: Duration?

    package init() {}

    package static let table = KeyTable<SwiftSettings>(
        "swift", "A handler in Swift, of a program built with the library SQSSubscriber.",
        keys: [
            Key(
                "handler", \.handler, .text, unset: "the name of this file, without .toml",
                example: "orders", "The name that the program registered the handler with."),
            Key(
                "timeout", \.timeout, .duration(.seconds(1)...KeyLimits.lease),
                unset: "as long as SQS lets a message be held, 12h", example: "5min",
                """
                The handler's task is cancelled after this, unless it extends its time itself.
                """),
        ])

    package mutating func check(_ check: inout HandlerCheck) {
        let name = handler ?? check.name
        guard !check.registered.contains(name) else { return }
        let known = check.registered.sorted().map(TOMLText.string).joined(separator: ", ")
        check.add(
            "handler",
            check.registered.isEmpty
                ? "this program has no handler in Swift; build one with SQSSubscriber"
                : "\(TOMLText.string(name)) is not registered; allowed: \(known)")
    }
}

extension SwiftSettings {
    package var timeLimit: Duration? { timeout }

    package func makeHandler(
        _ identity: HandlerIdentity, _ daemon: HandlerDependencies
    ) -> any Handler {
        let name = handler ?? identity.name
        guard let registered = daemon.swiftHandlers[name] else {
            return UnavailableHandler("the program has no handler \(name)")
        }
        return TimeLimitedHandler(registered, timeout: timeout)
    }
}
