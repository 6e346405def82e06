/// The stores of the regions: each has its own queues and ARNs, as in AWS.
///
/// Queues named at the start are the exception: there is one of each, in the home region, and
/// clients of every region see it, so that nobody has to match his region to the server's.
struct Regions: Sendable {
    /// The region of those queues, and of clients that name none.
    let home: String
    /// The queues that every region sees.
    private(set) var shared: Set<String> = []
    private var stores: [String: QueueStore]
    private let make: @Sendable (_ region: String) -> QueueStore

    init(home: String, make: @escaping @Sendable (_ region: String) -> QueueStore) {
        self.home = home
        self.make = make
        stores = [home: make(home)]
    }

    /// Makes the name one that every region sees.
    mutating func share(_ name: String) {
        shared.insert(name)
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

    mutating func handle(
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

/// What concerns the stores of all regions.
extension Regions {
    mutating func advance(to now: StoreInstant) -> [StoreDelivery] {
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
    mutating func reset() -> [StoreDelivery] {
        stores.keys.sorted().flatMap { stores[$0]?.reset() ?? [] }
    }
}
