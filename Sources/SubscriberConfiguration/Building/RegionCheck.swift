import AWS
import Settings

/// Finds the one region that a daemon serves, of those that its settings name.
///
/// A request is signed for one region and looks a queue up in it: a queue of another region would
/// be missed, or taken for one of the same name.
struct RegionCheck {
    let main: SettingTable
    let handlers: [String: SettingTable]

    /// The region of the queues where their URLs or ARNs say it. It wins over the variables of the
    /// AWS tools where no queue is named without one, as it does in a command; a region that was
    /// set for this daemon has to be the same.
    func region(
        of subscriptions: [SubscriptionSettings], configured: String?, problems: inout Problems
    ) -> String? {
        var references = references(subscriptions)
        let isSet = configured != nil && !isOfAWSTools(main[Self.key]?.origin)
        if let configured, isSet || references.contains(where: { $0.region == nil }) {
            for index in references.indices where references[index].region == nil {
                references[index].region = configured
            }
            if isSet, let origin = main[Self.key]?.origin {
                references.append(
                    Reference(
                        text: "aws.region", region: configured, origin: origin, key: Self.key))
            }
        }
        let placed = references.filter { $0.region != nil }
        guard let first = placed.first, let region = first.region else { return configured }
        for other in placed.dropFirst() where other.region != region {
            problems.add(
                other.origin, key: other.key,
                "names the region \(other.region ?? ""), and \(first.text) is in \(region); one "
                    + "daemon serves one region: give the others a daemon of their own (--config)")
        }
        return region
    }

    static let key = SettingKey("aws.region")

    private struct Reference {
        let text: String
        /// Nil where it names a queue alone.
        var region: String?
        let origin: Origin
        let key: SettingKey
    }

    /// All that name a queue of a region; a URL of a host that is not AWS's has none.
    private func references(_ subscriptions: [SubscriptionSettings]) -> [Reference] {
        let queue = SettingKey("queue")
        var found = subscriptions.flatMap(\.handlers).compactMap { handler in
            reference(handler.queue, handlers[handler.name]?[queue]?.origin, queue)
        }
        let queues = SettingKey("queues")
        for name in main.names(in: queues) {
            let key = queues.child(name).child("dead_letter_queue")
            guard let queue = main.value(key, .queue) else { continue }
            if let reference = reference(queue, main[key]?.origin, key) { found.append(reference) }
        }
        return found
    }

    private func reference(
        _ queue: QueueReference, _ origin: Origin?, _ key: SettingKey
    ) -> Reference? {
        guard queue.region != nil || queue.url == nil else { return nil }
        return Reference(
            text: queue.text, region: queue.region, origin: origin ?? .standard, key: key)
    }

    private func isOfAWSTools(_ origin: Origin?) -> Bool {
        guard case .environment(let name)? = origin else { return false }
        return ConfigurationLoader.isOfAWSTools(name)
    }
}
