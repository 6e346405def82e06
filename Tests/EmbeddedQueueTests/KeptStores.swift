import EmbeddedQueue
import FoundationEssentials
import TestKit

/// Stores of regions in memory beside the file that they are written to.
struct KeptStores {
    static let home = "us-east-1"

    private let folder: TemporaryFolder
    private var file: StoreFile?
    private var callers: UInt64 = 0
    private var seed: UInt64
    var regions: Regions
    var now = StoreInstant.seconds(1_000_000)
    let isStrict: Bool

    var path: String { folder.path + "/data" }

    init(seed: UInt64, isStrict: Bool = false) throws {
        self.seed = seed
        self.isStrict = isStrict
        folder = try TemporaryFolder()
        regions = Self.empty(seed: seed, isStrict)
        try open()
    }

    private static func empty(seed: UInt64, _ isStrict: Bool) -> Regions {
        Regions(home: home) { region in
            // Queues are told apart by what is drawn for them, also those of two regions.
            let seed = region.utf8.reduce(seed) { $0 &* 31 &+ UInt64($1) }
            return QueueStore(
                seed: seed, region: region, isStrict: isStrict, keepsJournal: true)
        }
    }

    private mutating func open() throws {
        file = try StoreFile(directory: path, sync: .off)
    }

    /// The answer to a request that does not wait; nil where it is refused.
    @discardableResult
    mutating func ask(_ request: StoreRequest, in region: String = home) -> StoreAnswer? {
        callers += 1
        let caller = CallerID(callers)
        let deliveries = regions.handle(request, in: region, from: caller, at: now)
        return try? deliveries.first { $0.caller == caller }?.answer.get()
    }

    /// What is written is of the present, up to which tasks have moved what they may.
    mutating func write() throws {
        _ = regions.advance(to: now)
        try file?.write(regions.takeChanges())
    }

    /// The stores as another process finds them, which then writes on in the place of this one.
    mutating func reloaded() throws -> Regions {
        file = nil
        try open()
        // Another process draws other numbers.
        seed &+= 1_000
        var loaded = Self.empty(seed: seed, isStrict)
        try file?.load(into: &loaded, at: now)
        return loaded
    }

    /// Whether the bytes of the text are anywhere in the directory.
    func holds(_ text: String) throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: path).contains { name in
            let bytes = FileManager.default.contents(atPath: path + "/" + name) ?? Data()
            return bytes.firstRange(of: Data(text.utf8)) != nil
        }
    }

    /// Ends, as a process that is killed, and starts again with what is written.
    mutating func restart() throws {
        regions = try reloaded()
    }
}

/// All that clients can find out about the stores from some moment on, for comparisons.
struct Findings: Equatable {
    struct Queue: Equatable {
        let settings: QueueSettings
        let tags: [String: String]
        let createdAt: StoreInstant
        let modifiedAt: StoreInstant
        let messages: [QueueView.Message]
        let moves: [MessageMove]
        /// What receives give at last, when nothing is held any more: bodies and attributes.
        let deliveries: [[String: String]]
    }

    private(set) var queues: [String: Queue] = [:]

    init(_ regions: Regions, at now: StoreInstant) {
        var probe = Probe(regions: regions, now: now)
        for (region, store) in regions.stores {
            for name in store.queueNames {
                queues["\(region)/\(name)"] = probe.look(at: name, in: region)
            }
        }
        probe.pass()
        for (region, store) in regions.stores {
            for name in store.queueNames {
                queues["\(region)/\(name)"] = queues["\(region)/\(name)"].map {
                    Queue(
                        settings: $0.settings, tags: $0.tags, createdAt: $0.createdAt,
                        modifiedAt: $0.modifiedAt, messages: $0.messages, moves: $0.moves,
                        deliveries: probe.drain(name, in: region))
                }
            }
        }
    }
}

/// Asks a copy of the stores.
private struct Probe {
    var regions: Regions
    var now: StoreInstant
    private var callers: UInt64 = 1 << 32

    init(regions: Regions, now: StoreInstant) {
        self.regions = regions
        self.now = now
    }

    private mutating func ask(_ request: StoreRequest, _ region: String) -> StoreAnswer? {
        callers += 1
        let deliveries = regions.handle(request, in: region, from: CallerID(callers), at: now)
        return try? deliveries.first?.answer.get()
    }

    mutating func look(at name: String, in region: String) -> Findings.Queue? {
        guard case .description(let queue)? = ask(.describeQueue(name), region),
            case .tags(let tags)? = ask(.listTags(name), region),
            let view = regions.stores[region]?.view(of: name)
        else { return nil }
        let arn = "arn:aws:sqs:\(region):000000000000:\(name)"
        var moves: [MessageMove] = []
        if case .moves(let found)? = ask(.listMoves(from: arn, maximum: 10), region) {
            moves = found
        }
        // Which messages it would move next depends on their order, which nobody promised.
        if let running = moves.first, running.status == .running {
            _ = ask(.cancelMove(id: running.id, from: arn), region)
        }
        return Findings.Queue(
            settings: queue.settings, tags: tags, createdAt: queue.createdAt,
            modifiedAt: queue.modifiedAt, messages: view.messages, moves: moves, deliveries: [])
    }

    /// Lets everything become visible.
    mutating func pass() {
        now = now + .seconds(43_200)
    }

    /// Receives all that there is.
    mutating func drain(_ name: String, in region: String) -> [[String: String]] {
        var all: [[String: String]] = []
        let receive = StoreReceive(
            maximumMessages: 10, waitTime: .zero, visibilityTimeout: .seconds(43_200))
        while case .received(let messages)? = ask(.receive(receive, from: name), region),
            !messages.isEmpty
        {
            // The rest of a group comes when its first messages are gone.
            for message in messages {
                _ = ask(.delete(receiptHandle: message.receiptHandle, from: name), region)
            }
            all += messages.map { message in
                var facts = message.systemAttributes
                facts["id"] = message.content.id
                facts["body"] = message.content.body
                facts["attributes"] = message.content.attributes.map { "\($0)" }.sorted()
                    .joined(separator: ",")
                return facts
            }
        }
        // The order of a group is promised, and no other.
        let key = name.hasSuffix(".fifo") ? "MessageGroupId" : "id"
        return Dictionary(grouping: all) { $0[key] ?? "" }.sorted { $0.key < $1.key }
            .flatMap(\.value)
    }
}
