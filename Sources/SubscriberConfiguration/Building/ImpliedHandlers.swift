import AWS
import Settings

/// Handlers that no file describes: those of queues that a flag or a variable names, and those that
/// the program subscribes itself.
struct ImpliedHandlers {
    let registrations: [HandlerRegistration]

    /// A handler that logs, for each queue that is named, be it named twice.
    func journal(
        _ queues: [(text: String, origin: Origin)], problems: inout Problems
    ) -> [SettingFile] {
        var sources: [SettingFile] = []
        var seen: Set<String> = []
        for (text, origin) in queues where seen.insert(text).inserted {
            guard let queue = queue(text, origin, problems: &problems) else { continue }
            let taken = sources.count { $0.table.value(Self.queueKey, .queue)?.name == queue.name }
            // No queue's name has an @ in it, so this is nobody else's.
            let name = taken == 0 ? queue.name : "\(queue.name)@\(taken + 1)"
            sources.append(source(name, queue, kind: "journal", origin))
        }
        return sources
    }

    /// The program's own subscriptions. A file that has the name of one takes its place.
    func registered(besides files: [String], problems: inout Problems) -> [SettingFile] {
        checkNames(problems: &problems)
        return registrations.compactMap { registration in
            guard let text = registration.queue, !files.contains(registration.name),
                let queue = queue(text, .program, problems: &problems)
            else { return nil }
            var handler = source(registration.name, queue, kind: "swift", .program)
            handler.table.set(
                SettingKey("concurrency"), .integer(registration.concurrency), .program)
            return handler
        }
    }

    /// Two handlers of one name are refused: one would never run.
    private func checkNames(problems: inout Problems) {
        for (name, handlers) in Dictionary(grouping: registrations, by: \.name).sorted(by: {
            $0.key < $1.key
        }) where handlers.count > 1 {
            let queues = handlers.map { $0.queue.map(TOMLText.string) ?? "no queue" }
            problems.add(
                .program,
                "\(handlers.count) handlers are registered as \(TOMLText.string(name)), for "
                    + "\(queues.joined(separator: " and ")); give each a name of its own")
        }
    }

    private func source(
        _ name: String, _ queue: QueueReference, kind: String, _ origin: Origin
    ) -> SettingFile {
        var table = SettingTable(schema: .handler)
        table.set(Self.queueKey, .text(queue.text), origin)
        table.addTable(SettingKey(kind), origin)
        return SettingFile(name: name, origin: origin, table: table)
    }

    private func queue(
        _ text: String, _ origin: Origin, problems: inout Problems
    ) -> QueueReference? {
        do throws(QueueReference.ParseError) {
            return try QueueReference(text)
        } catch {
            problems.add(origin, "\(DocumentNode.text(text).quoted) \(error.problem)")
            return nil
        }
    }

    private static let queueKey = SettingKey("queue")
}
