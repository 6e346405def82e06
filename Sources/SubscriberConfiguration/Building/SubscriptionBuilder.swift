import AWS
import Intake
import Settings

/// Brings together the handlers that ask for the same queue, and what `[queues]` says of it.
struct SubscriptionBuilder {
    /// The settings, with the defaults of every queue that has a handler filled in.
    private(set) var main: SettingTable
    private let region: String?
    private let tables: [String: SettingTable]

    init(main: SettingTable, region: String?, handlers: [String: SettingTable]) {
        self.main = main
        self.region = region
        tables = handlers
    }

    private struct Group {
        var queue: QueueReference
        var handlers: [HandlerSettings]
        /// The table of `[queues]` that is about this queue.
        var place: SettingKey?
    }

    /// Sorted by the queue's name, and the text of its reference where names are the same.
    mutating func build(
        _ handlers: [HandlerSettings], problems: inout Problems
    ) -> [SubscriptionSettings] {
        var groups = group(handlers, problems: &problems)
        assignTables(to: &groups, problems: &problems)
        for group in groups { checkFallback(group.handlers, problems: &problems) }
        return groups.map { subscription($0, problems: &problems) }
            .sorted { ($0.queue.name, $0.queue.text) < ($1.queue.name, $1.queue.text) }
    }

    private func group(_ handlers: [HandlerSettings], problems: inout Problems) -> [Group] {
        var groups: [Group] = []
        // The most precise references first: a bare name may mean any of several queues of that
        // name, and that is seen only when they are known.
        let ordered = handlers.sorted {
            $0.queue.precision == $1.queue.precision
                ? $0.name < $1.name : $0.queue.precision > $1.queue.precision
        }
        for handler in ordered {
            let same = groups.indices.filter {
                groups[$0].queue.mayBe(handler.queue, region: region)
            }
            guard let first = same.first else {
                groups.append(Group(queue: handler.queue, handlers: [handler]))
                continue
            }
            if same.count > 1 {
                problems.add(
                    origin(of: handler), key: SettingKey("queue"),
                    "\"\(handler.queue)\" may be any of \(texts(of: same, groups)); write its URL")
            } else if handler.queue.precision < groups[first].queue.precision {
                problems.warn(
                    origin(of: handler),
                    "the queue \"\(handler.queue)\" is taken to be \(texts(of: same, groups)); "
                        + "write the same in both files")
            }
            groups[first].handlers.append(handler)
        }
        return groups
    }

    private func checkFallback(_ handlers: [HandlerSettings], problems: inout Problems) {
        guard let greedy = handlers.first(where: { !$0.isFallback && $0.match == nil }) else {
            return
        }
        for handler in handlers where handler.isFallback {
            let key = SettingKey("fallback")
            problems.warn(
                tables[handler.name]?[key]?.origin ?? origin(of: handler),
                "this handler gets no message: the handler \(greedy.name) of the same queue has no "
                    + "[match], so it wants every one")
        }
    }

    private mutating func assignTables(to groups: inout [Group], problems: inout Problems) {
        let queues = SettingKey("queues")
        for name in main.names(in: queues) {
            let place = queues.child(name)
            let origin = main.origin(ofTable: place) ?? .standard
            do throws(QueueReference.ParseError) {
                let queue = try QueueReference(name)
                let same = groups.indices.filter { groups[$0].queue.mayBe(queue, region: region) }
                guard let first = same.first else {
                    // With errors, the handler may be among those that could not be read.
                    if problems.errors.isEmpty {
                        problems.warn(origin, "[\(place)] is not used: no handler is for it")
                    }
                    continue
                }
                if same.count > 1 {
                    problems.add(
                        origin, key: place,
                        "may be any of \(texts(of: same, groups)); write its URL in quotes")
                } else if let other = groups[first].place {
                    problems.add(origin, key: place, "[\(other)] is about the same queue")
                }
                groups[first].place = place
            } catch {
                problems.add(origin, key: place, "the name \(error.problem)")
            }
        }
    }

    private mutating func subscription(
        _ group: Group, problems: inout Problems
    ) -> SubscriptionSettings {
        let place = group.place ?? SettingKey("queues").child(group.queue.text)
        main.fillDefaults(in: place)
        let (options, _) = main.read(
            QueueOptions.table, at: place, file: .standard, problems: &problems)
        if options.deletesPayload, !options.unwrap.contains(.s3) {
            let key = place.child("delete_payload")
            problems.warn(
                main[key]?.origin ?? .standard,
                "\(key) does nothing: \(place.child("unwrap")) has no \"s3\"")
        }
        return SubscriptionSettings(
            queue: group.queue, options: options,
            handlers: group.handlers.sorted { $0.name < $1.name })
    }

    private func texts(of indices: [Int], _ groups: [Group]) -> String {
        indices.map { "\"\(groups[$0].queue)\"" }.joined(separator: ", ")
    }

    private func origin(of handler: HandlerSettings) -> Origin {
        tables[handler.name]?[SettingKey("queue")]?.origin ?? .standard
    }
}
