package import Settings

/// The handler that settings of a kind are checked with, and what is found wrong.
package struct HandlerCheck {
    package let name: String
    /// The handler's file, or what stands for it.
    package let file: Origin
    /// All settings of the handler.
    package let table: SettingTable
    /// The table of the kind.
    package let place: SettingKey
    /// The queue, as the file names it, where it is a FIFO queue.
    package let fifoQueue: String?
    package let concurrency: Int
    /// The names of the handlers that the program brings along.
    package let registered: Set<String>
    package var problems: Problems

    package init(
        _ handler: SettingFile, _ kind: any HandlerKind.Type, fifoQueue: String?, concurrency: Int,
        registered: Set<String>, problems: Problems
    ) {
        name = handler.name
        file = handler.origin
        table = handler.table
        place = kind.place
        self.fifoQueue = fifoQueue
        self.concurrency = concurrency
        self.registered = registered
        self.problems = problems
    }

    /// Where a key of the kind was set; nil where it was not, or is at its default.
    package func origin(of name: String) -> Origin? {
        let origin = table[place.child(name)]?.origin
        return origin == .standard ? nil : origin
    }

    /// Tells what is wrong with a key of the kind.
    package mutating func add(_ name: String, _ problem: String) {
        problems.add(
            origin(of: name) ?? table.origin(ofTable: place) ?? file, key: place.child(name),
            problem)
    }
}
