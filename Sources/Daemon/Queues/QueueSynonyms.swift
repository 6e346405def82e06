import AWS
package import SubscriberConfiguration

/// Names of the configuration that turned out, once they were looked up, to mean one queue. Such a
/// queue is served as one: each message goes to the handlers of all of its names.
package struct QueueSynonyms: Sendable {
    /// Each name's queue, by the name of it that was known first.
    private var meanings: [String: String] = [:]

    package init() {}

    /// True when that is news.
    package mutating func note(_ name: String, isQueueOf other: String) -> Bool {
        let (old, new) = (meaning(of: name), meaning(of: other))
        guard old != new else { return false }
        for (name, meaning) in meanings where meaning == old { meanings[name] = new }
        (meanings[old], meanings[new]) = (new, new)
        return true
    }

    /// All names that are known to mean the same queue, this one included.
    package func names(of name: String) -> Set<String> {
        let meaning = meaning(of: name)
        return Set(meanings.filter { $0.value == meaning }.keys).union([name])
    }

    /// The subscriptions with those of one queue made one. It goes by the name that was known
    /// first, where the configuration still has it, and has the settings that go with that.
    package func united(_ subscriptions: [SubscriptionSettings]) -> [SubscriptionSettings] {
        var united: [SubscriptionSettings] = []
        for subscription in subscriptions {
            let meaning = meaning(of: subscription.queue.text)
            let place = united.firstIndex { self.meaning(of: $0.queue.text) == meaning }
            guard let place else {
                united.append(subscription)
                continue
            }
            let isFirst = subscription.queue.text == meaning
            let named = isFirst ? subscription : united[place]
            let handlers = united[place].handlers + subscription.handlers
            united[place] = SubscriptionSettings(
                queue: named.queue, options: named.options,
                handlers: handlers.sorted { $0.name < $1.name })
        }
        return united
    }

    private func meaning(of name: String) -> String { meanings[name] ?? name }
}
