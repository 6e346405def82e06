internal import MessageHandling

/// The handlers of a subscription at one time. A message keeps the table it came under, so that a
/// reload does not change what is done with it.
final class HandlerTable: Sendable {
    private struct Entry {
        let id: HandlerID
        /// Of its answer among those of the matcher.
        let place: Int
    }

    private let handlers: [HandlerID: RegisteredHandler]
    private let regular: [Entry]
    private let fallback: [Entry]
    private let matcher: HandlerMatcher?
    private let findDisposal: DisposalFinder?
    let settings: [HandlerSettings]
    /// See ``RegisteredHandler/noteFull``.
    let listeners: [@Sendable (Bool) async -> Void]

    /// - Parameters:
    ///   - matcher: nil where every handler wants every message.
    ///   - names: the ids given so far; grows by names that are new. A later handler of the same
    ///     name replaces an earlier one.
    init(
        _ registered: [RegisteredHandler], matcher: HandlerMatcher?, disposal: DisposalFinder?,
        names: inout [String: HandlerID]
    ) {
        var handlers: [HandlerID: RegisteredHandler] = [:]
        var places: [HandlerID: Int] = [:]
        for (place, handler) in registered.enumerated() {
            let id = names[handler.name] ?? HandlerID(names.count)
            names[handler.name] = id
            handlers[id] = handler
            places[id] = place
        }
        let entries = places.map(Entry.init).sorted { $0.place < $1.place }
        regular = entries.filter { !registered[$0.place].isFallback }
        fallback = entries.filter { registered[$0.place].isFallback }
        listeners = entries.compactMap { registered[$0.place].noteFull }
        settings = entries.map { entry in
            let handler = registered[entry.place]
            return HandlerSettings(
                id: entry.id, name: handler.name, concurrency: handler.concurrency,
                policy: handler.policy,
                isSelective: handler.isSelective || handler.isFallback)
        }
        self.handlers = handlers
        self.matcher = matcher
        findDisposal = disposal
    }

    subscript(id: HandlerID) -> RegisteredHandler? { handlers[id] }

    /// Works out what these handlers make of the messages of a receive. It may take long, so it
    /// never runs in a driver's loop.
    @concurrent
    func sort(_ messages: [Message]) async -> [Arrival] {
        var arrivals: [Arrival] = []
        for message in messages {
            arrivals.append(
                Arrival(
                    message: message, handlers: await matching(message),
                    disposal: findDisposal?(message)))
            // Drivers have the same few threads: they wait for one message, not for ten.
            if matcher != nil || findDisposal != nil { await Task.yield() }
        }
        return arrivals
    }

    /// The handlers that want the message; the fallback ones only where no other does.
    private func matching(_ message: Message) async -> [HandlerID] {
        guard let matcher else { return (regular.isEmpty ? fallback : regular).map(\.id) }
        let wants = await matcher(message)
        let matched = regular.filter { wants[$0.place] }
        return (matched.isEmpty ? fallback.filter { wants[$0.place] } : matched).map(\.id)
    }
}

/// A message of a receive, with what was worked out about it before the engine hears of it.
struct Arrival: Sendable {
    let message: Message
    /// Those of the table that sorted it.
    let handlers: [HandlerID]
    let disposal: Disposal?
}
