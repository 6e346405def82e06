/// The queues that somebody paused: by their names in the configuration, and those of them that
/// stay paused after a restart, in a file of the state directory.
package struct PausedQueues: Sendable {
    private static let file = "paused"
    /// Names of some thousand queues.
    private static let largest = 1 << 20

    package private(set) var names: Set<String> = []
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
        names = persistent
    }

    /// - Throws: where it cannot be kept; it is paused until the end of this process then.
    package mutating func pause(_ queues: [String], persisting: Bool) throws {
        names.formUnion(queues)
        guard persisting, !persistent.isSuperset(of: queues) else { return }
        persistent.formUnion(queues)
        try save()
    }

    package mutating func resume(_ queues: [String]) throws {
        names.subtract(queues)
        guard !persistent.isDisjoint(with: queues) else { return }
        persistent.subtract(queues)
        try save()
    }

    private func save() throws {
        guard let path else { return }
        let lines = persistent.sorted().map { "\($0)\n" }.joined()
        _ = try SystemFile.replace(path, with: lines)
    }
}
