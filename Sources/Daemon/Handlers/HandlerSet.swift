import HandlerLibrary
import MessageHandling
import SubscriberConfiguration

/// The handlers of the configuration in force, and those before it that have not ended.
///
/// A handler with something of its own, such as processes, lives on through a reload that does not
/// change it. One that was changed or removed finishes what it has and keeps nothing; the engine
/// still brings it the messages that it had taken on.
struct HandlerSet {
    private struct Kept {
        let settings: HandlerSettings
        let handler: any ManagedHandler
    }

    private let factory: HandlerFactory
    private var current: [String: Kept] = [:]
    private var replaced: [any ManagedHandler] = []

    init(_ factory: HandlerFactory) {
        self.factory = factory
    }

    /// The handler for these settings: the one there is, where nothing has changed.
    mutating func handler(for settings: HandlerSettings) -> any MessageHandler {
        if let kept = current[settings.name] {
            if kept.settings == settings { return kept.handler }
            replaced.append(kept.handler)
            current[settings.name] = nil
        }
        let handler = factory.makeHandler(settings)
        if let managed = handler as? any ManagedHandler {
            current[settings.name] = Kept(settings: settings, handler: managed)
        }
        return handler
    }

    /// The handlers that are to retire: all that were replaced, or are not of these names.
    mutating func retiring(allBut names: Set<String>) -> [any ManagedHandler] {
        for (name, kept) in current where !names.contains(name) {
            replaced.append(kept.handler)
            current[name] = nil
        }
        return replaced
    }

    /// Ends all of them, at once, and returns when they have ended.
    func shutDown() async {
        await withTaskGroup { group in
            for handler in replaced + current.values.map(\.handler) {
                group.addTask { await handler.shutDown() }
            }
        }
    }
}
