package import MessageHandling

/// A handler of a subscription, with what the configuration says of it.
package struct RegisteredHandler: Sendable {
    package let name: String
    package let handler: any MessageHandler
    package let concurrency: Int
    package let retry: RetryPolicy
    package let onLeaseLost: LeaseLostPolicy
    /// Nil for no limit.
    package let messagesPerSecond: Int?
    /// Gets the messages that no other handler of the queue matches.
    package let isFallback: Bool
    /// Whether the handler wants the message. Called in the subscription's own loop for each
    /// message and handler: it must not block.
    package let matches: @Sendable (Message) -> Bool
    /// Told when no more messages can come before some that came are over, and when they can again.
    /// Called in order, and awaited by nothing but the next call.
    package let noteFull: (@Sendable (Bool) async -> Void)?

    package init(
        name: String, handler: any MessageHandler, concurrency: Int,
        retry: RetryPolicy = .visibilityTimeout, onLeaseLost: LeaseLostPolicy = .cancel,
        messagesPerSecond: Int? = nil, isFallback: Bool = false,
        noteFull: (@Sendable (Bool) async -> Void)? = nil,
        matches: @escaping @Sendable (Message) -> Bool = { _ in true }
    ) {
        self.name = name
        self.handler = handler
        self.concurrency = concurrency
        self.retry = retry
        self.onLeaseLost = onLeaseLost
        self.messagesPerSecond = messagesPerSecond
        self.isFallback = isFallback
        self.matches = matches
        self.noteFull = noteFull
    }
}

/// The handlers of a subscription at one time. A message keeps the table it came under, so that a
/// reload does not change what is done with it.
struct HandlerTable: Sendable {
    private let handlers: [HandlerID: RegisteredHandler]
    private let regular: [(HandlerID, RegisteredHandler)]
    private let fallback: [(HandlerID, RegisteredHandler)]
    let settings: [HandlerSettings]
    /// See ``RegisteredHandler/noteFull``.
    let listeners: [@Sendable (Bool) async -> Void]

    /// - Parameter names: the ids given so far; grows by names that are new. A later handler of the
    ///   same name replaces an earlier one.
    init(_ registered: [RegisteredHandler], names: inout [String: HandlerID]) {
        var handlers: [HandlerID: RegisteredHandler] = [:]
        var order: [HandlerID] = []
        for handler in registered {
            let id = names[handler.name] ?? HandlerID(names.count)
            names[handler.name] = id
            if handlers.updateValue(handler, forKey: id) == nil { order.append(id) }
        }
        let listed = order.compactMap { id in handlers[id].map { (id, $0) } }
        self.handlers = handlers
        regular = listed.filter { !$0.1.isFallback }
        fallback = listed.filter { $0.1.isFallback }
        listeners = listed.compactMap(\.1.noteFull)
        settings = listed.map { id, handler in
            HandlerSettings(
                id: id, name: handler.name, concurrency: handler.concurrency,
                retry: handler.retry, onLeaseLost: handler.onLeaseLost,
                messagesPerSecond: handler.messagesPerSecond)
        }
    }

    subscript(id: HandlerID) -> RegisteredHandler? { handlers[id] }

    /// The handlers that want the message; the fallback ones only where no other does.
    func matching(_ message: Message) -> [HandlerID] {
        let matched = regular.filter { $0.1.matches(message) }.map(\.0)
        if !matched.isEmpty || fallback.isEmpty { return matched }
        return fallback.filter { $0.1.matches(message) }.map(\.0)
    }
}
