package import Settings

/// A kind of handler: the table of a handler's file that says what runs for a message.
package protocol HandlerKind: KeyedSettings {
    static var table: KeyTable<Self> { get }

    /// Checks what no single key can tell, and settles what depends on the handler.
    mutating func check(_ handler: inout HandlerCheck)

    /// How many messages one unit of the handler's `concurrency` works on at a time.
    var messagesAtATime: Int { get }
}

extension HandlerKind {
    package mutating func check(_ handler: inout HandlerCheck) {}
    package var messagesAtATime: Int { 1 }
}

/// The kinds of handlers, in the order in which people read about them.
package enum HandlerKinds {
    package static let all: [any HandlerKind.Type] = [
        ExecSettings.self, HTTPSettings.self, LambdaSettings.self, JournalSettings.self,
        SwiftSettings.self,
    ]
}

/// The settings of a handler's kind, whichever it is.
package struct ChosenKind: Sendable, Equatable {
    package let settings: any HandlerKind

    package init(_ settings: any HandlerKind) {
        self.settings = settings
    }

    package static func == (one: ChosenKind, other: ChosenKind) -> Bool {
        one.settings.isSame(as: other.settings)
    }
}

extension HandlerKind {
    fileprivate func isSame(as other: any HandlerKind) -> Bool { (other as? Self) == self }

    package static var place: SettingKey { table.place }
    package static var schema: (keys: [SchemaKey], tables: [SchemaTable]) { table.schema }

    /// The settings of this kind that a handler's file has; nil where a key is missing that has to
    /// be there.
    package static func read(_ handler: inout HandlerCheck) -> ChosenKind? {
        var (settings, isComplete) = handler.table.read(
            table, file: handler.file, problems: &handler.problems)
        settings.check(&handler)
        return isComplete ? ChosenKind(settings) : nil
    }
}

/// The handler that settings of a kind are checked with, and what is found wrong.
package struct HandlerCheck {
    package let name: String
    /// The handler's file, or what stands for it.
    package let file: Origin
    /// All settings of the handler.
    package let table: SettingTable
    /// The table of the kind.
    package let place: SettingKey
    /// Nil where none was named.
    package let queue: QueueReference?
    package let concurrency: Int
    /// The names of the handlers that the program brings along.
    package let registered: Set<String>
    package var problems: Problems

    package init(
        _ handler: SettingFile, _ kind: any HandlerKind.Type, queue: QueueReference?,
        concurrency: Int, registered: Set<String>, problems: Problems
    ) {
        name = handler.name
        file = handler.origin
        table = handler.table
        place = kind.place
        self.queue = queue
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
