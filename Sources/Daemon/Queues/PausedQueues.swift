/// The queues that somebody paused, as the configuration refers to them, and those of them that
/// stay paused after a restart, in a file of the state directory.
package struct PausedQueues: Sendable {
    private static let file = "paused"
    /// References of some thousand queues.
    private static let largest = 1 << 20

    package private(set) var queues: Set<String> = []
    private var persistent: Set<String> = []
    private let path: String?

    /// - Parameter directory: nil where nothing is kept beyond this process.
    package init(directory: String?) {
        path = directory.map { "\($0)/\(Self.file)" }
    }

    package var isPersistable: Bool { path != nil }

    /// Takes in what an earlier process kept.
    ///
    /// - Throws: where there is a file that cannot be read; nothing is paused then.
    package mutating func load() throws {
        guard let path, let text = try SystemFile.read(path, atMost: Self.largest) else { return }
        persistent = Set(text.split(separator: "\n").map(String.init))
        queues = persistent
    }

    /// - Throws: where it cannot be kept; it is paused until the end of this process then.
    package mutating func pause(_ more: Set<String>, persisting: Bool) throws {
        queues.formUnion(more)
        if persisting { try keep(persistent.union(more)) }
    }

    /// - Throws: where it cannot be kept; it is paused again after a restart then.
    package mutating func resume(_ fewer: Set<String>) throws {
        queues.subtract(fewer)
        try keep(persistent.subtracting(fewer))
    }

    /// What could not be written is tried again with the next request for it.
    private mutating func keep(_ queues: Set<String>) throws {
        guard queues != persistent else { return }
        if let path {
            let lines = queues.sorted().map { "\($0)\n" }.joined()
            _ = try SystemFile.replace(path, with: lines)
        }
        persistent = queues
    }
}
