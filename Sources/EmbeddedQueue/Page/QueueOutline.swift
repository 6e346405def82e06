import Synchronization

/// A queue among all others.
struct QueueOutline: Sendable {
    let place: QueuePlace
    /// Its dead-letter queue, where that exists.
    let target: QueuePlace?
}

extension Regions {
    /// All queues, in no order. Takes time by their number, and none by that of their messages.
    var outline: [QueueOutline] {
        stores.flatMap { region, store in
            store.queues.values.map { queue in
                let target = queue.settings.redrive.flatMap {
                    store.queueName(ofARN: $0.deadLetterTargetARN)
                }
                return QueueOutline(
                    place: QueuePlace(region: region, name: queue.name),
                    target: target.map { QueuePlace(region: region, name: $0) })
            }
        }
    }
}

/// What the pages see beside the answers to requests.
extension StoreDriver {
    /// All queues, by name.
    var outline: [QueueOutline] {
        state.withLock { $0.regions.outline }.sorted {
            ($0.place.name, $0.place.region) < ($1.place.name, $1.place.region)
        }
    }

    /// The time as the store has it.
    var present: StoreInstant { state.withLock { now($0) } }

    var home: String { state.withLock { $0.regions.home } }
}
