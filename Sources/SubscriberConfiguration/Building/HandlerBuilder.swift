import AWS
import HandlerLibrary
import Settings
import SubscriberEngine

/// Makes a handler of its settings, and checks what no single key can tell.
struct HandlerBuilder {
    private var source: SettingFile
    /// The names of the handlers that the program brings along.
    private let registered: Set<String>

    init(_ source: SettingFile, registered: Set<String>) {
        self.source = source
        self.registered = registered
    }

    /// The settings, with the defaults of the tables that are used filled in.
    var table: SettingTable { source.table }

    /// Nil where something is wrong; the errors are told then.
    mutating func build(problems: inout Problems) -> HandlerSettings? {
        let (common, isComplete) = table.read(
            CommonSettings.table, file: source.origin, problems: &problems)
        source.table.fillDefaults(in: CommonSettings.table.place)
        let kind = readKind(common, problems: &problems)
        let retry = RetryKeys.read(&source.table, file: source.origin, problems: &problems)
        var tasks = TaskBuilder(handler: source.name, origin: source.origin, table: table)
        let schedule = tasks.build(problems: &problems)
        source.table = tasks.table
        let (limits, _) = table.read(
            HandlerLimits.table, file: source.origin, problems: &problems)
        guard isComplete, let queue = common.queue, let kind else { return nil }
        var handler = HandlerSettings(name: source.name, queue: queue, kind: kind.settings)
        handler.common = common
        handler.common.policy.retry = retry
        handler.common.policy.limits = limits
        handler.tasks = schedule
        return handler
    }

    private mutating func readKind(
        _ common: CommonSettings, problems: inout Problems
    ) -> ChosenKind? {
        let present = HandlerKinds.all.filter { table.origin(ofTable: $0.place) != nil }
        let all = HandlerKinds.all.map { "[\($0.place)]" }.joined(separator: ", ")
        guard let kind = present.first else {
            problems.add(
                source.origin, "what runs for a message is missing; add one of the tables \(all)")
            return nil
        }
        for other in present.dropFirst() {
            problems.add(
                table.origin(ofTable: other.place) ?? source.origin, key: other.place,
                "a handler is of one kind, and [\(kind.place)] is there already; "
                    + "allowed: one of \(all)")
        }
        guard present.count == 1 else { return nil }
        source.table.fillDefaults(in: kind.place)
        var check = HandlerCheck(
            source, kind, fifoQueue: common.queue.flatMap { $0.isFIFO ? $0.text : nil },
            concurrency: common.concurrency,
            registered: registered, problems: problems)
        defer { problems = check.problems }
        return kind.read(&check)
    }
}
