import Daemon
import JSON

/// What became of the messages of a redrive.
package struct RedriveReport: Sendable, Equatable {
    /// How many went where, by the queue's name; on a dry run: would go.
    package private(set) var moved: [String: Int] = [:]
    /// How many the service moved by itself.
    package var movedByService = 0
    /// Whether the service stopped moving them because somebody told it to.
    package var isCancelled = false
    package var unmatched = 0
    /// Moved in this run, failed, and back already.
    package var cameBack = 0
    /// Those that have nowhere to go, by the reason.
    package private(set) var homeless: [String: Int] = [:]
    /// Those that the target did not take, or that wait behind one.
    package private(set) var failed = 0
    /// Copied, and not deleted: they are in both queues.
    package var undeleted = 0
    /// Held by another receiver when it ended.
    package var inFlight = 0
    /// Those behind the first messages of their groups, where nobody sees them.
    package var hidden = 0
    /// Why the first ones failed: a queue that refuses a million messages says so once.
    package private(set) var reasons: [String] = []

    private static let reasonsShown = 20

    package init() {}

    package var copied: Int { moved.values.reduce(0, +) }
    package var total: Int { copied + movedByService }

    /// Whether messages are left that were meant.
    package var isComplete: Bool {
        failed == 0 && undeleted == 0 && homeless.isEmpty && inFlight == 0 && hidden == 0
            && !isCancelled
    }

    /// The two as one, where the service began and the rest was copied.
    package func adding(_ service: RedriveReport) -> RedriveReport {
        var both = self
        both.movedByService += service.movedByService
        return both
    }

    package mutating func addMoved(to queue: String) { moved[queue, default: 0] += 1 }

    package mutating func addHomeless(_ reason: String) { homeless[reason, default: 0] += 1 }

    package mutating func addFailed(_ reason: String? = nil) {
        failed += 1
        if let reason, reasons.count < Self.reasonsShown { reasons.append(reason) }
    }

    package func text(from queue: String, isDryRun: Bool) -> String {
        var first = isDryRun ? "Would move" : "Moved"
        first += " \(total.counted("message")) from \(queue)"
        let targets = moved.sorted { $0.key < $1.key }
        if !targets.isEmpty {
            first += ": " + targets.map { "\($0.value) to \($0.key)" }.joined(separator: ", ")
            if movedByService > 0 { first += ", \(movedByService) by the service" }
        }
        var lines = [first + "."]
        func add(_ count: Int, _ text: String) {
            if count > 0 { lines.append("  \(count) \(text)") }
        }
        if isCancelled { lines.append("  the service was told to stop: run it again for the rest") }
        add(unmatched, "left, since --match does not take them")
        for (reason, count) in homeless.sorted(by: { $0.key < $1.key }) {
            add(count, "left, since \(reason): say --to QUEUE")
        }
        add(failed, "left, since the target did not take them, or one before them in their group")
        add(cameBack, "failed again meanwhile, and are back")
        add(undeleted, "in both queues: they were copied, and could not be deleted")
        add(inFlight, "held by another receiver: run it again when they are back")
        add(hidden, "not looked at, behind others of their groups")
        return PrintableText.of((lines + reasons.map { "  \($0)" }).joined(separator: "\n"))
    }

    package func json(from queue: String, isDryRun: Bool) -> String {
        var json = JSONWriter(isSpaced: true)
        json.object { json in
            json.member("queue", queue)
            json.name("dryRun")
            json.boolean(isDryRun)
            json.member("moved", total)
            json.member("movedByService", movedByService)
            json.name("cancelled")
            json.boolean(isCancelled)
            json.name("to")
            json.object { json in
                for (name, count) in moved.sorted(by: { $0.key < $1.key }) {
                    json.member(name, count)
                }
            }
            json.member("unmatched", unmatched)
            json.member("withoutTarget", homeless.values.reduce(0, +))
            json.member("failed", failed)
            json.member("cameBack", cameBack)
            json.member("undeleted", undeleted)
            json.member("inFlight", inFlight)
            json.member("hidden", hidden)
            json.member("reasons", homeless.keys.sorted() + reasons)
        }
        return json.text
    }
}
