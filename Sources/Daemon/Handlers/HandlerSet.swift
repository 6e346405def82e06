package import MessageHandling
package import SubscriberConfiguration

/// The handlers of the configuration in force, and those before it that have not ended.
///
/// A handler with something of its own, such as processes, lives on through a reload that does not
/// change it. One that was changed or removed finishes what it has and keeps nothing; the engine
/// still brings it the messages that it had taken on. When nobody can bring it one any more, it is
/// ended and let go.
package struct HandlerSet {
    private struct Kept {
        let settings: HandlerSettings
        let use: HandlerUse
    }

    private struct Replaced {
        let handler: any Handler
        weak let use: HandlerUse?
    }

    private let make: @Sendable (HandlerSettings) -> any Handler
    private var current: [String: Kept] = [:]
    private var replaced: [Replaced] = []
    /// The endings of those that were let go.
    private var endings: Task<Void, Never>?

    package init(_ make: @escaping @Sendable (HandlerSettings) -> any Handler) {
        self.make = make
    }

    /// The handler for these settings: the one there is, where nothing has changed.
    package mutating func handler(for settings: HandlerSettings) -> any Handler {
        if let kept = current[settings.name] {
            if kept.settings == settings { return kept.use }
            replace(settings.name, kept)
        }
        let handler = make(settings)
        guard handler.isManaged else { return handler }
        let use = HandlerUse(handler)
        current[settings.name] = Kept(settings: settings, use: use)
        return use
    }

    /// The handlers that are to retire: all that were replaced and may still get a message, or are
    /// not of these names.
    package mutating func retiring(allBut names: Set<String>) -> [any Handler] {
        endUnused()
        for (name, kept) in current where !names.contains(name) { replace(name, kept) }
        return replaced.map(\.handler)
    }

    /// Ends all of them, at once, and returns when they have ended.
    package func shutDown() async {
        await Self.end(replaced.map(\.handler) + current.values.map(\.use.handler))
        await endings?.value
    }

    private mutating func replace(_ name: String, _ kept: Kept) {
        replaced.append(Replaced(handler: kept.use.handler, use: kept.use))
        current[name] = nil
    }

    private mutating func endUnused() {
        let unused = replaced.filter { $0.use == nil }.map(\.handler)
        guard !unused.isEmpty else { return }
        replaced.removeAll { $0.use == nil }
        endings = Task { [endings] in
            await Self.end(unused)
            await endings?.value
        }
    }

    private static func end(_ handlers: [any Handler]) async {
        await withTaskGroup { group in
            for handler in handlers { group.addTask { await handler.shutDown() } }
        }
    }
}

/// A managed handler, as those who bring it messages have it: gone when they are.
private final class HandlerUse: Handler {
    let handler: any Handler

    init(_ handler: any Handler) {
        self.handler = handler
    }

    var isManaged: Bool { true }
    var isNonblocking: Bool { handler.isNonblocking }
    var isBrief: Bool { handler.isBrief }
    var groupBatch: Int { handler.groupBatch }

    func handle(_ message: Message, context: HandlerContext) async throws -> HandlerResult {
        try await handler.handle(message, context: context)
    }

    func handle(inOrder messages: [(Message, HandlerContext)]) async throws -> [HandlerResult] {
        try await handler.handle(inOrder: messages)
    }

    func handle(together messages: [(Message, HandlerContext)]) async -> [HandlerResult] {
        await handler.handle(together: messages)
    }

    func note(isFull: Bool) async {
        await handler.note(isFull: isFull)
    }

    func checkAvailability() async throws(HandlerUnavailable) {
        try await handler.checkAvailability()
    }
}
