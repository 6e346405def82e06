import SQS

/// The stores of the regions: each has its own queues and ARNs, as in AWS.
///
/// Queues named at the start are the exception: there is one of each, in the home region, and
/// clients of every region see it, so that nobody has to match his region to the server's.
package struct Regions: Sendable {
    /// The region of those queues, and of clients that name none.
    let home: String
    /// The queues that every region sees, those of earlier starts among them.
    private(set) var shared: Set<String> = []
    /// Those that came since changes were last taken.
    private var newlyShared: [String] = []
    /// Everything of before was forgotten since changes were last taken.
    private var isReset = false
    /// That time passed is to be written down, though nothing else changed.
    private var hasNewTime = false
    /// The store of each region that has, or had, a queue, and the home's.
    package private(set) var stores: [String: QueueStore]
    private let make: @Sendable (_ region: String) -> QueueStore

    package init(home: String, make: @escaping @Sendable (_ region: String) -> QueueStore) {
        self.home = home
        self.make = make
        stores = [home: make(home)]
    }

    /// Makes the name one that every region sees, free to be used though it was deleted a moment
    /// ago.
    ///
    /// - Throws: where it would hide a queue of another region.
    mutating func share(_ name: String) throws(StoreError) {
        let hidden = stores.keys.sorted().first { region in
            region != home && stores[region]?.hasQueue(name) == true
        }
        if let hidden {
            throw StoreError(
                .queueNameExists,
                """
                There is a queue \(name) in the region \(hidden), which one for every region would \
                hide. Take another name, or start without it and delete that one first.
                """)
        }
        stores[home]?.free(name)
        if shared.insert(name).inserted { newlyShared.append(name) }
    }

    /// The region whose store carries the request out.
    ///
    /// - Parameters:
    ///   - named: by the queue's URL or ARN; nil where they name none.
    ///   - scope: what the client signs for.
    func place(of request: StoreRequest, named: String?, scope: String?) -> String {
        if let name = request.queueName, shared.contains(name) { return home }
        if let named { return named }
        guard let scope, scope != home else { return home }
        // A URL that somebody put together by hand has no region in it.
        guard let name = request.queueName, !request.isByName else { return scope }
        return stores[scope]?.hasQueue(name) == true ? scope : home
    }

    package mutating func handle(
        _ request: StoreRequest, in region: String, from caller: CallerID, at now: StoreInstant
    ) -> [StoreDelivery] {
        var request = request
        if case .listQueues(let prefix, let page, _) = request, region != home {
            let present = shared.filter { stores[home]?.hasQueue($0) == true }
            request = .listQueues(prefix: prefix, page: page, besides: present)
        }
        guard stores[region] == nil else {
            return stores[region]?.handle(request, from: caller, at: now) ?? []
        }
        // Only a queue makes a region: whoever asks costs nothing.
        var store = make(region)
        let deliveries = store.handle(request, from: caller, at: now)
        if !store.queueNames.isEmpty { stores[region] = store }
        return deliveries
    }

    func arn(of name: String) -> String { stores[home]?.arn(of: name) ?? "" }
}

/// What became of the stores of all regions since it was last asked.
package struct RegionChanges: Sendable {
    /// The time of the stores.
    let at: StoreInstant
    /// What was written before is to be deleted first.
    let isReset: Bool
    let stores: [(region: String, changes: StoreChanges)]
    /// Queues that every region sees from now on.
    let newlyShared: [String]
}

/// What is needed to write the stores down and to load them.
extension Regions {
    package var hasChanges: Bool {
        isReset || hasNewTime || !newlyShared.isEmpty || stores.values.contains { $0.hasChanges }
    }

    package mutating func takeChanges() -> RegionChanges {
        defer { (isReset, hasNewTime, newlyShared) = (false, false, []) }
        var changes: [(String, StoreChanges)] = []
        for region in stores.keys.sorted() where stores[region]?.hasChanges == true {
            if let taken = stores[region]?.takeChanges() { changes.append((region, taken)) }
        }
        let time = stores.values.map(\.present).max() ?? StoreInstant(microseconds: 0)
        return RegionChanges(at: time, isReset: isReset, stores: changes, newlyShared: newlyShared)
    }

    mutating func restore(shared name: String) {
        shared.insert(name)
    }

    /// Has the time written down with the next changes, also where there are no others.
    mutating func noteTime() {
        hasNewTime = true
    }

    func arn(of name: String, in region: String) -> String {
        (stores[region] ?? make(region)).arn(of: name)
    }

    mutating func restore(_ queue: MessageQueue, in region: String, at now: StoreInstant) {
        stores[region, default: make(region)].restore(queue, at: now)
    }

    mutating func restoreDeletion(of name: String, at instant: StoreInstant, in region: String) {
        stores[region, default: make(region)].deletions[name] = instant
    }
}

/// What concerns the stores of all regions.
extension Regions {
    package mutating func advance(to now: StoreInstant) -> [StoreDelivery] {
        stores.keys.sorted().flatMap { stores[$0]?.advance(to: now) ?? [] }
    }

    mutating func nextWakeUp() -> StoreInstant? {
        stores.keys.compactMap { stores[$0]?.nextWakeUp() }.min()
    }

    mutating func hangUp(_ caller: CallerID) {
        for region in stores.keys { stores[region]?.hangUp(caller) }
    }

    mutating func endAllWaits() -> [StoreDelivery] {
        stores.keys.sorted().flatMap { stores[$0]?.endAllWaits() ?? [] }
    }

    /// Forgets every queue, and ends every wait with an empty answer. The stores stay: new ones
    /// would give out the ids and handles of before once more.
    package mutating func reset() -> [StoreDelivery] {
        isReset = true
        (shared, newlyShared) = ([], [])
        return stores.keys.sorted().flatMap { stores[$0]?.reset() ?? [] }
    }
}
