/// Where a queue is among the pages, and among the queues.
struct QueuePlace: Hashable, Sendable {
    let region: String
    let name: String

    /// Tells it from all others.
    var key: String { "\(region)/\(name)" }
    var path: String { "\(PageRoute.root)/queues/\(key)" }

    func path(of order: QueueOrder) -> String { "\(path)/\(order.rawValue)" }

    func path(of message: MessageNumber) -> String { "\(path)/messages/\(message.serial)" }
}

/// What a request of the pages is about, by its path.
enum PageRoute: Equatable, Sendable {
    /// All queues.
    case list
    /// One of ``QueuePages/files``.
    case file(String)
    case queue(QueuePlace)
    /// The message at that place of its queue.
    case message(UInt64, in: QueuePlace)
    case order(QueueOrder, QueuePlace)

    static let root = "/ui"

    /// Whether a request is for the pages, be there one or not.
    static func includes(_ path: String) -> Bool {
        path == root || path.hasPrefix("\(root)/")
    }

    /// Nil where there is no such page.
    init?(_ path: String) {
        let parts = path.split(separator: "/").dropFirst().map(String.init)
        switch (parts.count, parts.first) {
        case (0, _): self = .list
        case (1, _): self = .file(parts[0])
        case (3..., "queues"):
            guard let region = RequestRegion.valid(parts[1]), parts[2].utf8.allSatisfy(Self.isNamed)
            else { return nil }
            self.init(QueuePlace(region: region, name: parts[2]), parts.dropFirst(3))
        default: return nil
        }
    }

    private init?(_ place: QueuePlace, _ rest: ArraySlice<String>) {
        switch (rest.count, rest.first) {
        case (0, _): self = .queue(place)
        case (1, let name?):
            guard let order = QueueOrder(rawValue: name) else { return nil }
            self = .order(order, place)
        case (2, "messages"?):
            guard let serial = rest.last.flatMap({ UInt64($0) }) else { return nil }
            self = .message(serial, in: place)
        default: return nil
        }
    }

    private static func isNamed(_ byte: UInt8) -> Bool {
        Characters.isNamePart(byte) || byte == UInt8(ascii: ".")
    }
}
