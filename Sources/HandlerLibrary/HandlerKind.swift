package import MessageHandling
package import Settings

/// A kind of handler: the table of a handler's file that says what runs for a message.
package protocol HandlerKind: KeyedSettings {
    static var table: KeyTable<Self> { get }

    /// Checks what no single key can tell, and settles what depends on the handler.
    mutating func check(_ handler: inout HandlerCheck)

    /// Makes what runs for a message.
    func makeHandler(
        _ identity: HandlerIdentity, _ daemon: HandlerDependencies
    ) -> any Handler

    /// What is seen to be in the way of its runs: for `sqs-subscriber check`. Starts nothing and
    /// connects to nothing; looks as the user of this process.
    func fileProblems(at place: DaemonPlace) -> [FileProblem]

    /// How long a run may take; nil where nothing ends it but SQS.
    var timeLimit: Duration? { get }

    /// How many messages one unit of the handler's `concurrency` works on at a time.
    var messagesAtATime: Int { get }
}

extension HandlerKind {
    package mutating func check(_ handler: inout HandlerCheck) {}
    package func fileProblems(at place: DaemonPlace) -> [FileProblem] { [] }
    package var timeLimit: Duration? { nil }
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
