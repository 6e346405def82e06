import Calendar
import Daemon
import Logging
import SubscriberConfiguration
import SubscriberEngine

/// What the state directory keeps: the file of a task, and the completions of a queue.
struct StateFilesTarget: FuzzTarget {
    let name = "state-files"
    let words = [
        "+ ", "- ", " 1 ", " 0 ", "%41", "%", "%zz", "@hourly UTC\n", "1767225600\n", "schedule",
        "\n\n",
    ]

    private static let times = "@hourly UTC"
    private static let now = 1_767_225_600

    let corpus: [[UInt8]] = {
        let lines = (0..<20).map { index -> String in
            let id = "message-\(index)"
            let change: CompletionChange =
                index % 3 == 2
                ? .forgotten(messageID: id)
                : .remembered(
                    Completion(
                        messageID: id, handlers: ["orders", "b c"], isDeletable: index % 2 == 0))
            return CompletionRecord(change, time: Int64(now)).line
        }
        return [
            Parts.join(["\(now - 7_200)\n\(times)\n", lines.joined()]),
            Parts.join(["\(now + 7_200)\n\(times)\n", lines.joined() + "+ half"]),
            Parts.join(["\(Int.max)\n\(times)\n", ""]),
        ]
    }()

    func run(_ input: [UInt8]) async -> Verdict {
        let parts = Parts.split(input, into: 2)
        let folder = ScratchDirectory()
        defer { folder.remove() }
        do {
            try folder.write("schedule.a.b", parts[0])
            try folder.write("completions", parts[1])
        } catch {
            return .wrong("the files could not be written: \(error)")
        }
        let last = TaskMemory(directory: folder.path).lastRun(of: "a.b", at: Self.times)
        if let last { Self.goOn(from: last) }
        let file = CompletionFile(folder.path + "/completions", time: { Int64(Self.now) }) { _ in }
        let known = file.known
        file.note(.remembered(Completion(messageID: "new", handlers: ["a"], isDeletable: true)))
        await file.flush()
        let again = CompletionFile(folder.path + "/completions", time: { Int64(Self.now) }) { _ in }
        guard again.known.contains(where: { $0.messageID == "new" }) else {
            return .wrong("what was noted was lost")
        }
        return last == nil && known.isEmpty ? .refused : .accepted
    }

    /// As the loop of a task does.
    private static func goOn(from last: Int) {
        var progress = TaskProgress(last: last)
        _ = progress.look(at: now)
        guard let crontab = try? Crontab("@hourly"), let zone = try? TimeZoneRules(named: "UTC")
        else { return }
        let schedule = Schedule(crontab, in: zone)
        _ = schedule.due(since: progress.last, now: now)
        _ = schedule.next(after: last)
    }
}
