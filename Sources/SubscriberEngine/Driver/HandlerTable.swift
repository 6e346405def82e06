internal import MessageHandling

/// The handlers of a subscription at one time, and its intake. A message keeps the table it came
/// under, so that a reload does not change what is done with it.
final class HandlerTable: Sendable {
    /// The handlers, by the numbers of their ids; nil for those of other tables.
    private let handlers: [RegisteredHandler?]
    /// The handlers' ids by their places among those that were given; nil for one that was
    /// replaced.
    private let ids: [HandlerID?]
    /// The places of all, and the handlers there.
    private let everyone: (places: [Int], ids: [HandlerID])
    private let intake: (any MessageIntake)?
    let settings: [HandlerSettings]
    /// Those that are told whether there is room.
    let managed: [any Handler]

    /// - Parameters:
    ///   - intake: nil where every handler gets every message as it is.
    ///   - names: the ids given so far; grows by names that are new. A later handler of the same
    ///     name replaces an earlier one.
    init(
        _ registered: [RegisteredHandler], intake: (any MessageIntake)?,
        names: inout [String: HandlerID]
    ) {
        var handlers: [RegisteredHandler?] = Array(repeating: nil, count: names.count)
        var ids: [HandlerID?] = []
        for handler in registered {
            let id = names[handler.name] ?? HandlerID(names.count)
            names[handler.name] = id
            if id.value == handlers.count { handlers.append(nil) }
            handlers[id.value] = handler
            ids = ids.map { $0 == id ? nil : $0 } + [id]
        }
        let present = zip(ids, registered).compactMap { id, handler in id.map { ($0, handler) } }
        managed = present.map(\.1.handler).filter(\.isManaged)
        settings = present.map { id, handler in
            HandlerSettings(
                id: id, name: handler.name, concurrency: handler.concurrency,
                policy: handler.policy, isSelective: handler.isSelective,
                groupBatch: max(1, handler.handler.groupBatch))
        }
        self.handlers = handlers
        self.ids = ids
        everyone = (Array(ids.indices), ids.compactMap(\.self))
        self.intake = intake
    }

    subscript(id: HandlerID) -> RegisteredHandler? {
        handlers.indices.contains(id.value) ? handlers[id.value] : nil
    }

    /// The handlers that get the message, of those of this table.
    func takers(of arrival: Arrival) -> [HandlerID] {
        arrival.takers == everyone.places
            ? everyone.ids : arrival.takers.compactMap { ids[$0] }
    }

    /// Works out what these handlers make of the messages of a receive. With an intake it may take
    /// long, so that runs on the threads of all tasks, whatever thread it is called on.
    func sort(_ messages: [Message]) async -> [Arrival] {
        guard intake != nil else {
            return messages.map { Arrival($0, takers: everyone.places) }
        }
        return await withTaskExecutorPreference(globalConcurrentExecutor) {
            var arrivals: [Arrival] = []
            for message in messages {
                arrivals.append(await arrival(of: message))
                // Others have the same few threads: they wait for one message, not for ten.
                await Task.yield()
            }
            return arrivals
        }
    }

    /// What these handlers make of one message.
    func arrival(of message: Message) async -> Arrival {
        await intake?.arrival(of: message) ?? Arrival(message, takers: everyone.places)
    }

    /// What is in the way of handling messages, as far as can be told without one.
    func check(_ id: HandlerID) async -> String? {
        do throws(HandlerUnavailable) {
            try await intake?.checkAvailability()
            try await self[id]?.handler.checkAvailability()
            return nil
        } catch {
            return error.description
        }
    }
}
