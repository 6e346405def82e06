/// What is said of message groups that do not move on.
extension Subscription {
    /// The message fails, and what comes after it in its group waits for it.
    mutating func noteGroupFailed(_ lease: Lease, returnsAfter delay: Duration?) {
        guard settings.isFIFO, let group = lease.group else { return }
        let due = delay.map { now + $0 } ?? max(now, lease.until)
        for news in stalls.failed(lease.messageID, of: group, return: due, at: now) {
            report(news)
        }
    }

    /// A handler holds up the group: it was given up and runs on, or it has run for long.
    mutating func noteGroupHangs(_ lease: Lease) {
        guard settings.isFIFO, drain.isRunning, let group = lease.group else { return }
        report(stalls.hangs(lease.messageID, of: group, at: now))
    }

    /// The message whose handler was given up, and holds up its line.
    func holder(of line: String) -> Lease? {
        book.ids.lazy.compactMap { book[$0] }
            .first { $0.line == line && $0.isAbandoned && $0.isRunning }
    }

    mutating func noteGroupReturned(_ lease: Lease) {
        guard settings.isFIFO, let group = lease.group else { return }
        report(stalls.returned(group, at: now))
    }

    mutating func noteGroupMoves(_ lease: Lease) {
        guard settings.isFIFO, let group = lease.group else { return }
        report(stalls.moved(group, at: now))
    }

    /// Whether a handler of the message has run for longer than a group should wait unseen.
    func hasRunLong(_ lease: Lease) -> Bool {
        lease.runs.contains { run in
            run.startedAt.map { now - $0 >= GroupStalls.longestRun } ?? false
        }
    }
}
