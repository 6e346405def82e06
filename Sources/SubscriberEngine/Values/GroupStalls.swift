/// A message group of a FIFO queue that does not move on.
package struct GroupStall: Sendable, Equatable {
    package enum Cause: Sendable, Equatable {
        /// Its first message fails again and again.
        case failing
        /// A handler of its first message does not return.
        case notReturning
    }

    package let group: String
    package let messageID: String
    package let cause: Cause
    package let since: Instant
}

/// Notices groups that stall: one bad message holds up all that come after it, and nothing else
/// about the queue looks wrong.
///
/// A group whose message another host, or the dead-letter queue, took is forgotten after a while:
/// nobody says so.
struct GroupStalls: Sendable {
    /// A message that failed so often in a row, here, will hardly manage the next time.
    static let failuresInRow = 3
    /// Longer than any handler runs that has not got a longer `timeout` than the default.
    static let longestRun = Duration.seconds(600)
    /// A message is given up as gone so long after it was to come back.
    static let patience = Duration.seconds(300)
    /// Groups that are watched at once; with more, it is the handler that stalls, not the groups.
    static let capacity = 1_000

    fileprivate struct Watch {
        let messageID: String
        let since: Instant
        var cause = GroupStall.Cause.failing
        var failures = 0
        var isReported = false
        /// Nil while a handler runs.
        var forgetAt: Instant?
    }

    private var watches: [String: Watch] = [:]

    /// The first message of a group failed. It is to come back at `return` at the latest.
    mutating func failed(
        _ messageID: String, of group: String, return due: Instant, at now: Instant
    ) -> [Report] {
        var reports: [Report] = []
        if let known = watches[group], known.messageID != messageID {
            reports = moved(group, at: now).map { [$0] } ?? []
        }
        guard var watch = watch(messageID, of: group, at: now) else { return reports }
        watch.failures += 1
        watch.cause = .failing
        watch.forgetAt = due + Self.patience
        watches[group] = watch
        if watch.failures >= Self.failuresInRow { reports += report(group).map { [$0] } ?? [] }
        return reports
    }

    /// A handler of a group's first message was told to end, or has run for long.
    mutating func hangs(_ messageID: String, of group: String, at now: Instant) -> Report? {
        guard var watch = watch(messageID, of: group, at: now) else { return nil }
        watch.cause = .notReturning
        watch.forgetAt = nil
        watches[group] = watch
        return report(group)
    }

    /// That handler returned.
    mutating func returned(_ group: String, at now: Instant) -> Report? {
        guard !watches.isEmpty, watches[group]?.cause == .notReturning else { return nil }
        return moved(group, at: now)
    }

    /// A message of the group was handled.
    mutating func moved(_ group: String, at now: Instant) -> Report? {
        guard !watches.isEmpty, let watch = watches.removeValue(forKey: group), watch.isReported
        else { return nil }
        return .groupMoves(group: group, after: now - watch.since)
    }

    /// The groups that stall, the longest first.
    func current(at now: Instant) -> [GroupStall] {
        watches.filter { $0.value.isReported && !$0.value.isGone(at: now) }
            .map { stall($0.key, $0.value) }
            .sorted { ($0.since, $0.group) < ($1.since, $1.group) }
    }

    private mutating func watch(
        _ messageID: String, of group: String, at now: Instant
    ) -> Watch? {
        if let known = watches[group], !known.isGone(at: now) { return known }
        if watches.count >= Self.capacity { watches = watches.filter { !$0.value.isGone(at: now) } }
        guard watches.count < Self.capacity || watches[group] != nil else { return nil }
        return Watch(messageID: messageID, since: now)
    }

    /// Nil where it was reported before.
    private mutating func report(_ group: String) -> Report? {
        guard let watch = watches[group], !watch.isReported else { return nil }
        watches[group]?.isReported = true
        return .groupStalled(stall(group, watch))
    }

    private func stall(_ group: String, _ watch: Watch) -> GroupStall {
        GroupStall(
            group: group, messageID: watch.messageID, cause: watch.cause, since: watch.since)
    }
}

extension GroupStalls.Watch {
    fileprivate func isGone(at now: Instant) -> Bool { forgetAt.map { $0 <= now } ?? false }
}
